package dev.mcpgateway.broker.mcp;

import static dev.mcpgateway.broker.wire.JsonRpcErrors.INTERNAL_ERROR;
import static dev.mcpgateway.broker.wire.JsonRpcErrors.INVALID_PARAMS;
import static dev.mcpgateway.broker.wire.JsonRpcErrors.INVALID_REQUEST;
import static dev.mcpgateway.broker.wire.JsonRpcErrors.METHOD_NOT_FOUND;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.mcpgateway.broker.api.InternalHeaders;
import dev.mcpgateway.broker.api.config.VirtualServerConfig;
import dev.mcpgateway.broker.catalog.Catalog;
import dev.mcpgateway.broker.session.SessionVerdict;
import dev.mcpgateway.broker.wire.JsonRpcId;
import dev.mcpgateway.broker.wire.JsonRpcMessage;
import dev.mcpgateway.broker.wire.JsonRpcMessage.Notification;
import dev.mcpgateway.broker.wire.JsonRpcMessage.Request;
import dev.mcpgateway.broker.wire.JsonRpcMessage.Response;
import dev.mcpgateway.broker.wire.MessageParser;
import dev.mcpgateway.broker.wire.Params;
import dev.mcpgateway.broker.wire.ParseResult.Malformed;
import dev.mcpgateway.broker.wire.ParseResult.Parsed;
import dev.mcpgateway.broker.wire.ProtocolVersions;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Answers the messages of clients (MCP 2025-11-25, Lifecycle, Tools, Ping). Decides only; opening a
 * session is its one effect.
 */
public final class McpDispatcher {
  private final Supplier<Catalog> catalog;
  private final ClientSessions sessions;
  private final String version;

  /**
   * @param version of this program, for clients to show
   */
  public McpDispatcher(Supplier<Catalog> catalog, ClientSessions sessions, String version) {
    this.catalog = catalog;
    this.sessions = sessions;
    this.version = version;
  }

  /** What the broker makes of a session id. */
  sealed interface Session {
    /** It is good. */
    record Open(SessionVerdict.Valid verdict) implements Session {}

    /** It is not, or missing: the answer says which. */
    record Refused(McpReply reply) implements Session {}
  }

  /** Answers the body of a POST whose headers are in order. */
  McpReply post(RequestHeaders headers, byte[] body) {
    return switch (MessageParser.parse(body)) {
      case Malformed(int code, String reason, JsonRpcId id) ->
          McpReply.error(400, id, code, reason);
      case Parsed(JsonRpcMessage message) -> message(headers, message);
    };
  }

  /** The session a request belongs to, or why it is refused. */
  Session session(RequestHeaders headers, @Nullable JsonRpcId id) {
    String token = headers.first(InternalHeaders.SESSION_ID);
    if (token == null || token.isEmpty()) {
      return new Session.Refused(
          McpReply.error(400, id, INVALID_REQUEST, "Mcp-Session-Id is missing"));
    }
    return switch (sessions.verify(token)) {
      case SessionVerdict.Valid valid -> new Session.Open(valid);
      // Session Management: 404 makes the client initialize again.
      case SessionVerdict.Invalid ignored ->
          new Session.Refused(
              McpReply.error(404, id, INVALID_REQUEST, "the session is unknown or has ended"));
    };
  }

  /** The refusal of a protocol version header this gateway does not speak, or null. */
  @Nullable McpReply versionProblem(RequestHeaders headers, @Nullable JsonRpcId id) {
    String header = headers.first(InternalHeaders.PROTOCOL_VERSION);
    return header == null || ProtocolVersions.supports(header)
        ? null
        : McpReply.unsupportedVersion(id, header);
  }

  private McpReply message(RequestHeaders headers, JsonRpcMessage message) {
    JsonRpcId id = message instanceof Request request ? request.id() : null;
    ClientParams params = ClientParams.read(params(message));
    if (params.claimedVersion() != null) {
      return McpReply.unsupportedVersion(id, params.claimedVersion());
    }
    McpReply problem = versionProblem(headers, id);
    if (problem != null) {
      return problem;
    }
    if (message instanceof Request request && request.method().equals("initialize")) {
      return initialize(request, params);
    }
    return switch (session(headers, id)) {
      case Session.Refused(McpReply reply) -> reply;
      case Session.Open ignored ->
          message instanceof Request request
              ? request(headers, request, params)
              : McpReply.accepted();
    };
  }

  private static Params params(JsonRpcMessage message) {
    return switch (message) {
      case Request request -> request.params();
      case Notification notification -> notification.params();
      case Response ignored -> Params.NONE;
    };
  }

  private McpReply initialize(Request request, ClientParams params) {
    String requested = params.protocolVersion();
    if (requested == null) {
      return McpReply.error(
          200, request.id(), INVALID_PARAMS, "params.protocolVersion must be a string");
    }
    String negotiated = ProtocolVersions.negotiate(requested);
    String result =
        """
        {"protocolVersion":"%s","capabilities":{"tools":{"listChanged":true}},\
        "serverInfo":{"name":"mcp-gateway","version":"%s"}}\
        """
            .formatted(negotiated, version);
    return McpReply.result(request.id(), result.getBytes(UTF_8))
        .inSession(sessions.issue(negotiated));
  }

  private McpReply request(RequestHeaders headers, Request request, ClientParams params) {
    return switch (request.method()) {
      case "ping" -> McpReply.result(request.id(), "{}".getBytes(UTF_8));
      case "tools/list" -> listTools(headers, request, params);
      case "tools/call" -> callTool(request);
      default ->
          McpReply.error(
              200,
              request.id(),
              METHOD_NOT_FOUND,
              "Method not found: " + Json.shortened(request.method()));
    };
  }

  private McpReply listTools(RequestHeaders headers, Request request, ClientParams params) {
    if (params.hasCursor()) {
      // The list has one page, so no cursor was ever given out.
      return McpReply.error(200, request.id(), INVALID_PARAMS, "unknown cursor");
    }
    Catalog current = catalog.get();
    String chosen = headers.first(InternalHeaders.VIRTUAL_SERVER);
    if (chosen == null) {
      return McpReply.result(request.id(), ToolsList.result(current, null));
    }
    VirtualServerConfig virtualServer = current.virtualServer(chosen);
    return virtualServer == null
        ? McpReply.error(
            200, request.id(), INVALID_PARAMS, "unknown virtual server: " + Json.shortened(chosen))
        : McpReply.result(request.id(), ToolsList.result(current, virtualServer));
  }

  /** Behind Envoy the router has taken every call of a known tool before it comes here. */
  private McpReply callTool(Request request) {
    String name = request.params().name();
    if (name == null || catalog.get().find(name) == null) {
      return McpReply.error(
          200,
          request.id(),
          INVALID_PARAMS,
          name == null ? "params.name must name a tool" : "Unknown tool: " + Json.shortened(name));
    }
    return McpReply.error(
        200,
        request.id(),
        INTERNAL_ERROR,
        "The broker does not forward calls itself; call tools through the gateway's address");
  }
}
