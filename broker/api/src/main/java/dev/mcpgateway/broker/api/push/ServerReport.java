package dev.mcpgateway.broker.api.push;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One registered server as one broker sees it.
 *
 * @param name {@code namespace/name} of the registration
 * @param connected the server answers
 * @param ready connected, and all of its tools are served
 * @param protocolVersion negotiated MCP revision, absent until connected
 * @param toolCount tools served of it
 * @param tools their served names in order, prefix included; at most {@link #MAX_TOOLS}, and fewer
 *     when the report of all servers would grow too long
 * @param conflictingTools served names another server holds; at most {@link #MAX_CONFLICTS}
 * @param message the words of {@code /status}
 * @param lastError why it is not connected, absent when it is
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ServerReport(
    String name,
    boolean connected,
    boolean ready,
    @Nullable String protocolVersion,
    int toolCount,
    List<String> tools,
    List<String> conflictingTools,
    String message,
    @Nullable String lastError) {
  /** Most names in {@code tools}. */
  public static final int MAX_TOOLS = 1_000;

  /** Most names in {@code conflictingTools}. */
  public static final int MAX_CONFLICTS = 100;

  public ServerReport {
    Objects.requireNonNull(name);
    tools = List.copyOf(tools);
    conflictingTools = List.copyOf(conflictingTools);
    Objects.requireNonNull(message);
  }
}
