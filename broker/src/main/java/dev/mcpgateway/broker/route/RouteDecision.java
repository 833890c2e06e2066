package dev.mcpgateway.broker.route;

import dev.mcpgateway.broker.catalog.CatalogTool;
import dev.mcpgateway.broker.session.SessionVerdict;
import dev.mcpgateway.broker.wire.JsonRpcErrors;
import dev.mcpgateway.broker.wire.JsonRpcId;
import dev.mcpgateway.broker.wire.JsonRpcMessage;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Where a request goes. */
public sealed interface RouteDecision {

  /** What can be decided from the headers. */
  sealed interface AtHead extends RouteDecision
      permits PassThrough, NeedBody, ToBroker, OpenSession, Reject {}

  /** What can be decided once the body is known. */
  sealed interface AtBody extends RouteDecision permits ToBroker, ToServer, Reject {}

  /** Addressed to somebody else who shares the port: nothing is changed, not even stripped. */
  record PassThrough() implements AtHead {}

  /** The body decides; until then these changes apply. */
  record NeedBody(HeaderChanges changes) implements AtHead {}

  /** The broker answers. */
  record ToBroker(HeaderChanges changes) implements AtHead, AtBody {}

  /** The broker's own client talks to a server through the gateway. */
  record OpenSession(HeaderChanges changes) implements AtHead {}

  /**
   * A tool call for a server; it goes there with {@link Router#forward} once there is a session
   * with the server.
   */
  record ToServer(CatalogTool tool, JsonRpcMessage.Request call, SessionVerdict.Valid session)
      implements AtBody {}

  /**
   * Answered here.
   *
   * @param status HTTP status
   * @param headers further headers, {@code www-authenticate} for instance
   * @param code JSON-RPC code of the body
   * @param id id of the request, when it is known
   */
  record Reject(
      int status, Map<String, String> headers, int code, String message, @Nullable JsonRpcId id)
      implements AtHead, AtBody {
    static Reject of(int status, int code, String message, @Nullable JsonRpcId id) {
      return new Reject(status, Map.of(), code, message, id);
    }

    /** The JSON-RPC error. */
    public byte[] body() {
      return JsonRpcErrors.body(id, code, message);
    }
  }
}
