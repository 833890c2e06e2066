package dev.mcpgateway.broker.api.status;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One registered server as this broker sees it.
 *
 * @param id {@code name:toolPrefix:hostname}
 * @param name {@code namespace/name} of the registration
 * @param lastValidated when the server was last asked
 * @param message for people; contains {@code connection refused}, {@code unsupported protocol
 *     version} or {@code conflict} where that is the reason
 * @param ready connected, and its tools are served
 * @param totalTools number of tools served now
 * @param protocolVersion negotiated MCP revision, absent until connected
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ServerStatus(
    String id,
    String name,
    Instant lastValidated,
    String message,
    boolean ready,
    int totalTools,
    @Nullable String protocolVersion) {}
