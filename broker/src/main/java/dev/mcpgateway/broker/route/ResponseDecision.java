package dev.mcpgateway.broker.route;

/** What becomes of a server's answer to a routed call. */
public sealed interface ResponseDecision {

  /** It goes to the client, with these changes. */
  record Pass(HeaderChanges changes) implements ResponseDecision {}

  /**
   * It goes to the client, but the server may not know the session any more: some answer 400 then
   * (MCP 2025-11-25 asks for 404). The next call opens a new one.
   */
  record PassAndForget(HeaderChanges changes) implements ResponseDecision {}

  /**
   * The server has ended its session. The status 404 would tell the client that <em>its</em>
   * session has ended, and with it those with all other servers; so the call alone fails, and the
   * next one opens a new session.
   */
  record SessionEnded() implements ResponseDecision {}
}
