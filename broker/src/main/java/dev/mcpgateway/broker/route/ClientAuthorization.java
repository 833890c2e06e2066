package dev.mcpgateway.broker.route;

/**
 * What becomes of the client's own {@code Authorization} on a call that goes to a server. The token
 * was issued for this gateway; a server that receives it can use it against the gateway, which is
 * why MCP forbids to pass it on (2025-11-25 §Token Passthrough).
 */
public enum ClientAuthorization {
  /** The server never sees it. The default. */
  STRIP,

  /**
   * It stays, unless the server has a credential of its own: for gateways whose policies, which run
   * behind the router, check the token on the server's route and exchange it there.
   */
  KEEP
}
