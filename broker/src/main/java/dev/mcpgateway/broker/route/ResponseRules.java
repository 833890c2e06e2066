package dev.mcpgateway.broker.route;

import dev.mcpgateway.broker.api.InternalHeaders;

/** Decides what becomes of a server's answer; sees its headers only. */
public final class ResponseRules {
  private ResponseRules() {}

  /**
   * The decision.
   *
   * @param status HTTP status of the answer
   * @param hasSessionId whether the answer carries {@code Mcp-Session-Id}
   * @param clientSession the client's own session id, as it sent it
   * @param session with which the call went to the server
   */
  public static ResponseDecision decide(
      int status, boolean hasSessionId, String clientSession, ServerSession session) {
    if (session.id() != null && status == 404) {
      return new ResponseDecision.SessionEnded();
    }
    HeaderChanges changes =
        hasSessionId
            ? HeaderChanges.builder().set(InternalHeaders.SESSION_ID, clientSession).build()
            : HeaderChanges.NONE;
    return session.id() != null && status == 400
        ? new ResponseDecision.PassAndForget(changes)
        : new ResponseDecision.Pass(changes);
  }
}
