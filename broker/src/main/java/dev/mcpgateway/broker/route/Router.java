package dev.mcpgateway.broker.route;

import static dev.mcpgateway.broker.wire.JsonRpcErrors.INVALID_PARAMS;
import static dev.mcpgateway.broker.wire.JsonRpcErrors.INVALID_REQUEST;
import static dev.mcpgateway.broker.wire.JsonRpcErrors.PARSE_ERROR;

import dev.mcpgateway.broker.api.InternalHeaders;
import dev.mcpgateway.broker.api.config.VirtualServerConfig;
import dev.mcpgateway.broker.catalog.Catalog;
import dev.mcpgateway.broker.catalog.CatalogTool;
import dev.mcpgateway.broker.route.RouteDecision.AtBody;
import dev.mcpgateway.broker.route.RouteDecision.AtHead;
import dev.mcpgateway.broker.route.RouteDecision.NeedBody;
import dev.mcpgateway.broker.route.RouteDecision.OpenSession;
import dev.mcpgateway.broker.route.RouteDecision.PassThrough;
import dev.mcpgateway.broker.route.RouteDecision.Reject;
import dev.mcpgateway.broker.route.RouteDecision.ToBroker;
import dev.mcpgateway.broker.route.RouteDecision.ToServer;
import dev.mcpgateway.broker.session.ProofVerdict;
import dev.mcpgateway.broker.session.SessionVerdict;
import dev.mcpgateway.broker.wire.JsonLimits;
import dev.mcpgateway.broker.wire.JsonRpcId;
import dev.mcpgateway.broker.wire.JsonRpcMessage;
import dev.mcpgateway.broker.wire.JsonRpcMessage.Notification;
import dev.mcpgateway.broker.wire.JsonRpcMessage.Request;
import dev.mcpgateway.broker.wire.JsonRpcMessage.Response;
import dev.mcpgateway.broker.wire.ParseResult;
import dev.mcpgateway.broker.wire.ParseResult.Malformed;
import dev.mcpgateway.broker.wire.ParseResult.Parsed;
import dev.mcpgateway.broker.wire.ProtocolVersions;
import java.util.function.Function;

/**
 * Decides where a request goes: calls of tools to the server that has the tool, everything else to
 * the broker. In two steps, because the head says whether the body matters at all:
 *
 * <ol>
 *   <li>{@link #atHead}: whose request it is; what a client must not say is removed;
 *   <li>{@link #atBody}: which tool is called, in which session;
 *   <li>{@link #forward}: what the server gets, once there is a session with it.
 * </ol>
 *
 * Pure: the same arguments give the same decision.
 */
public final class Router {
  /** Path of the MCP endpoint on the public host. */
  public static final String MCP_PATH = "/mcp";

  private static final String TOOLS_CALL = "tools/call";

  private final GatewayHosts hosts;
  private final OriginRule origins;
  private final ServerRequests serverRequests;

  /** A router for one gateway instance. */
  public Router(RouterSettings settings) {
    this.hosts = settings.hosts();
    this.origins = new OriginRule(settings.hosts(), settings.allowedOrigins());
    this.serverRequests = new ServerRequests(settings.clientAuthorization());
  }

  /**
   * First step.
   *
   * @param proof verdict on {@link InternalHeaders#ROUTER_KEY} for the host in {@link
   *     InternalHeaders#INIT_HOST}
   */
  public AtHead atHead(RequestHead head, ProofVerdict proof) {
    GatewayHosts.Kind kind = hosts.kindOf(head.authority());
    if (kind == GatewayHosts.Kind.FOREIGN) {
      return new PassThrough();
    }
    if (proof instanceof ProofVerdict.Granted granted) {
      return openSession(head, granted);
    }
    if (kind == GatewayHosts.Kind.PRIVATE) {
      // Nobody but our own client has a reason to prove anything here.
      return proof instanceof ProofVerdict.Absent
          ? new PassThrough()
          : Reject.of(403, INVALID_REQUEST, "the proof of origin is not valid", null);
    }
    return fromClient(head, kind);
  }

  /**
   * Second step, after {@link NeedBody}.
   *
   * @param sessions verdict on a session id; asked at most once, for calls of tools only
   */
  public AtBody atBody(
      RequestHead head,
      ParseResult body,
      Catalog catalog,
      Function<String, SessionVerdict> sessions) {
    return switch (body) {
      case Malformed(int code, String reason, var id) -> Reject.of(400, code, reason, id);
      case Parsed(JsonRpcMessage message) ->
          switch (message) {
            // In a revision nobody here speaks, a call is not understood; the broker says so.
            case Request call when call.method().equals(TOOLS_CALL) && speaksOurs(head) ->
                toolCall(head, call, catalog, sessions);
            case Request request -> toBroker(HeaderChanges.builder(), request.method());
            case Notification call when call.method().equals(TOOLS_CALL) ->
                Reject.of(400, INVALID_REQUEST, "tools/call needs an id", null);
            case Notification notification ->
                toBroker(HeaderChanges.builder(), notification.method());
            case Response ignored -> toBroker(HeaderChanges.builder());
          };
    };
  }

  /** Instead of the second step, for a body of more than {@link JsonLimits#MAX_BYTES}. */
  public static Reject tooLarge() {
    return Reject.of(413, INVALID_REQUEST, "the message is too large", null);
  }

  /** Third step, after {@link ToServer}. */
  public Forward forward(RequestHead head, ToServer decision, ServerSession session) {
    return serverRequests.forward(head, decision, session);
  }

  private AtHead fromClient(RequestHead head, GatewayHosts.Kind kind) {
    HeaderChanges.Builder changes = ClientHeaders.stripped(head);
    if (kind == GatewayHosts.Kind.INTERNAL) {
      // Servers are reached through the router only, whatever host a client names.
      changes.set(":authority", hosts.publicHost());
    }
    if (!head.path().equals(MCP_PATH)) {
      return toBroker(changes);
    }
    if (ClientHeaders.ambiguous(head)) {
      return Reject.of(400, INVALID_REQUEST, "a header is there more than once", null);
    }
    if (!origins.allows(head.first("origin"))) {
      return Reject.of(403, INVALID_REQUEST, "this origin is not allowed", null);
    }
    return head.method().equals("POST") ? post(head, changes) : toBroker(changes);
  }

  private static AtHead post(RequestHead head, HeaderChanges.Builder changes) {
    if (head.ended()) {
      return Reject.of(400, PARSE_ERROR, "the request has no body", null);
    }
    if (!ContentHeaders.isJson(head)) {
      return Reject.of(415, INVALID_REQUEST, "Content-Type must be application/json", null);
    }
    if (ContentHeaders.isLongerThan(head, JsonLimits.MAX_BYTES)) {
      return tooLarge();
    }
    return new NeedBody(changes.build());
  }

  private static OpenSession openSession(RequestHead head, ProofVerdict.Granted granted) {
    HeaderChanges.Builder changes = ClientHeaders.stripped(head);
    changes
        .set(":authority", granted.host())
        .set(InternalHeaders.METHOD, HeaderText.encode(granted.method()))
        .set(InternalHeaders.SERVER_NAME, HeaderText.encode(granted.server()));
    return new OpenSession(changes.build());
  }

  private static AtBody toolCall(
      RequestHead head, Request call, Catalog catalog, Function<String, SessionVerdict> sessions) {
    JsonRpcId id = call.id();
    String name = call.params().name();
    if (name == null || name.isEmpty()) {
      return Reject.of(400, INVALID_PARAMS, "params.name must name a tool", id);
    }
    String token = head.first(InternalHeaders.SESSION_ID);
    if (token == null || token.isEmpty()) {
      return Reject.of(400, INVALID_REQUEST, "Mcp-Session-Id is missing", id);
    }
    return switch (sessions.apply(token)) {
      // MCP 2025-11-25 §Session Management: 404 makes the client initialize again.
      case SessionVerdict.Invalid ignored ->
          Reject.of(404, INVALID_REQUEST, "the session is unknown or has ended", id);
      case SessionVerdict.Valid session -> {
        CatalogTool tool = catalog.find(name);
        yield tool == null || hidden(head, catalog, tool)
            ? Reject.of(200, INVALID_PARAMS, "Unknown tool: " + shortened(name), id)
            : new ToServer(tool, call, session);
      }
    };
  }

  private static boolean speaksOurs(RequestHead head) {
    String version = head.first(InternalHeaders.PROTOCOL_VERSION);
    return version == null || ProtocolVersions.supports(version);
  }

  /** A client that chose a virtual server calls what it lists; an unknown one lists nothing. */
  private static boolean hidden(RequestHead head, Catalog catalog, CatalogTool tool) {
    String chosen = head.first(InternalHeaders.VIRTUAL_SERVER);
    if (chosen == null) {
      return false;
    }
    VirtualServerConfig virtualServer = catalog.virtualServer(chosen);
    return virtualServer == null || !virtualServer.tools().contains(tool.servedName());
  }

  private static ToBroker toBroker(HeaderChanges.Builder changes, String method) {
    return toBroker(changes.set(InternalHeaders.METHOD, method));
  }

  private static ToBroker toBroker(HeaderChanges.Builder changes) {
    return new ToBroker(changes.set(InternalHeaders.SERVER_NAME, InternalHeaders.BROKER).build());
  }

  private static String shortened(String name) {
    return name.length() <= 128 ? name : name.substring(0, name.offsetByCodePoints(0, 100)) + "…";
  }
}
