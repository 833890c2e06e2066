package dev.mcpgateway.controller.api.facts;

import dev.mcpgateway.controller.api.ObjectKey;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * An MCPServerRegistration.
 *
 * @param route the HTTPRoute it names, the namespace defaulted to its own
 * @param toolPrefix empty when none is set
 * @param path of the MCP endpoint, default {@code /mcp}
 * @param credential Secret and key that hold the Authorization value, null when none is needed
 */
public record RegistrationFacts(
    ObjectKey key,
    String uid,
    Instant created,
    boolean deleting,
    long generation,
    ObjectKey route,
    String toolPrefix,
    String path,
    @Nullable Credential credential) {

  /** A Secret in the registration's namespace and the key to read. */
  public record Credential(ObjectKey secret, String key) {}
}
