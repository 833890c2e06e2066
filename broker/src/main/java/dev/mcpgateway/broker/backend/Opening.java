package dev.mcpgateway.broker.backend;

import dev.mcpgateway.broker.route.ServerSession;
import java.util.Map;

/** How an attempt to open a session with a server ended. */
public sealed interface Opening {

  /** There is a session. */
  record Opened(ServerSession session) implements Opening {}

  /**
   * The server, or a policy before it, wants other credentials (401, 403); the client has to hear
   * that.
   *
   * @param headers {@code www-authenticate}, when it was given
   */
  record Refused(int status, Map<String, String> headers) implements Opening {}

  /**
   * The server could not be reached or does not speak MCP as we do.
   *
   * @param reason a constant phrase without anything the server said
   */
  record Failed(String reason) implements Opening {}

  /** The deadline passed. */
  record TimedOut() implements Opening {}

  /** Too many sessions are being opened just now; try again. */
  record Busy() implements Opening {}
}
