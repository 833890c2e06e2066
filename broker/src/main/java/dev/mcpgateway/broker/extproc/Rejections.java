package dev.mcpgateway.broker.extproc;

import static dev.mcpgateway.broker.wire.JsonRpcErrors.INTERNAL_ERROR;
import static dev.mcpgateway.broker.wire.JsonRpcErrors.INVALID_REQUEST;

import dev.mcpgateway.broker.backend.Opening;
import dev.mcpgateway.broker.route.RouteDecision.Reject;
import dev.mcpgateway.broker.wire.JsonRpcId;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Answers to calls that could not be carried out. */
final class Rejections {
  private Rejections() {}

  /** Why there is no session with the server. */
  static Reject of(Opening opening, JsonRpcId id) {
    return switch (opening) {
      case Opening.Refused(int status, Map<String, String> headers) ->
          new Reject(status, headers, INVALID_REQUEST, "the server wants other credentials", id);
      case Opening.Failed(String reason) -> error(502, "no session with the server: " + reason, id);
      case Opening.TimedOut() -> error(504, "the server did not open a session in time", id);
      case Opening.Busy() ->
          new Reject(
              503,
              Map.of("retry-after", "1"),
              INTERNAL_ERROR,
              "too many sessions are being opened",
              id);
      case Opening.Opened ignored -> throw new IllegalArgumentException("there is a session");
    };
  }

  /**
   * With HTTP 200: the client's own session goes on, and some clients give it up when a POST is
   * answered with an error status.
   */
  static Reject sessionEnded(JsonRpcId id) {
    return new Reject(
        200,
        Map.of(),
        INTERNAL_ERROR,
        "the server has ended its session; the next call opens a new one",
        id);
  }

  /** A fault of ours. */
  static Reject internalError(@Nullable JsonRpcId id) {
    return new Reject(500, Map.of(), INTERNAL_ERROR, "internal error", id);
  }

  /** A word for metrics. */
  static String outcome(int status) {
    return "reject_" + status;
  }

  private static Reject error(int status, String message, JsonRpcId id) {
    return new Reject(status, Map.of(), INTERNAL_ERROR, message, id);
  }
}
