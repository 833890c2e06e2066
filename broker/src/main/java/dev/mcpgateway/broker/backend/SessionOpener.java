package dev.mcpgateway.broker.backend;

import dev.mcpgateway.broker.api.config.ServerConfig;
import dev.mcpgateway.broker.route.ServerSession;
import org.jspecify.annotations.Nullable;

/** Opens and ends sessions with servers; blocks, and stops when its thread is interrupted. */
interface SessionOpener {
  /**
   * Opens a session.
   *
   * @param protocolVersion MCP revision to ask for; null for the newest
   */
  Opening open(ServerConfig server, @Nullable String protocolVersion, CallerHeaders headers)
      throws InterruptedException;

  /** Tells the server that a session is over; best effort. */
  void end(ServerConfig server, ServerSession session, CallerHeaders headers)
      throws InterruptedException;
}
