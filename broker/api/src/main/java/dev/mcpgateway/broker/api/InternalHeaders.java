package dev.mcpgateway.broker.api;

import java.util.List;

/**
 * HTTP headers of the data plane, all lower case as Envoy delivers them. Every header of {@link
 * #CLIENT_MUST_NOT_SET} is stripped from client requests before anything reads it, so that policies
 * behind the router may trust them.
 */
public final class InternalHeaders {
  /** MCP session (MCP 2025-11-25, Streamable HTTP, Session Management). */
  public static final String SESSION_ID = "mcp-session-id";

  /** MCP protocol version of the request (MCP 2025-06-18 and later). */
  public static final String PROTOCOL_VERSION = "mcp-protocol-version";

  /** JSON-RPC method, set by the router for policies behind it. */
  public static final String METHOD = "x-mcp-method";

  /** Name of the called tool as its server knows it (without prefix), set by the router. */
  public static final String TOOL_NAME = "x-mcp-toolname";

  /**
   * {@code namespace/name} of the registration a request is routed to, or {@link #BROKER}; set by
   * the router.
   */
  public static final String SERVER_NAME = "x-mcp-servername";

  /**
   * The called tool's annotations as {@code readOnly=true,destructive=unspecified,…}; set by the
   * router.
   */
  public static final String ANNOTATION_HINTS = "x-mcp-annotation-hints";

  /**
   * Hostname a request of the broker's own client must be routed to while it opens a session with a
   * server.
   */
  public static final String INIT_HOST = "mcp-init-host";

  /**
   * Proof that {@link #INIT_HOST} was set by this gateway's broker: a short-lived token bound to
   * that host.
   */
  public static final String ROUTER_KEY = "router-key";

  /** Chosen virtual server, {@code namespace/name}; the only internal header a client may set. */
  public static final String VIRTUAL_SERVER = "x-mcp-virtualserver";

  /** Signed list of allowed tools, verified before it is used. */
  public static final String AUTHORIZED_TOOLS = "x-authorized-tools";

  /** Value of {@link #SERVER_NAME} when the broker itself answers. */
  public static final String BROKER = "mcpBroker";

  /** Headers that only the router may set; removed from every client request. */
  public static final List<String> CLIENT_MUST_NOT_SET =
      List.of(METHOD, TOOL_NAME, SERVER_NAME, ANNOTATION_HINTS, INIT_HOST, ROUTER_KEY);

  private InternalHeaders() {}
}
