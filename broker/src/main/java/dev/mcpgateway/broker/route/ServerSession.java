package dev.mcpgateway.broker.route;

import org.jspecify.annotations.Nullable;

/**
 * The gateway's session with a server, on behalf of one of its own sessions.
 *
 * @param id the server's {@code Mcp-Session-Id}; absent when the server keeps no sessions
 * @param protocolVersion the MCP revision negotiated with the server, which may differ from the
 *     client's
 */
public record ServerSession(@Nullable String id, String protocolVersion) {
  /** Without the id: whoever knows it can use the session. */
  @Override
  public String toString() {
    return "ServerSession[%s, %s]".formatted(id == null ? "none" : "present", protocolVersion);
  }
}
