package dev.mcpgateway.broker.upstream;

import dev.mcpgateway.broker.api.InternalHeaders;
import java.net.http.HttpRequest;
import org.jspecify.annotations.Nullable;

/**
 * What every request after {@code initialize} carries (MCP 2025-11-25, Streamable HTTP).
 *
 * @param sessionId absent when the server keeps no sessions
 * @param protocolVersion absent before it is negotiated
 */
record SessionHeaders(@Nullable String sessionId, @Nullable String protocolVersion) {
  /** Of the request that opens a session. */
  static final SessionHeaders NONE = new SessionHeaders(null, null);

  private static final int MAX_SESSION_ID = 4096;

  /**
   * The headers of a session.
   *
   * @param sessionId value of the answer's header, empty when absent
   * @throws UpstreamException when it holds anything but visible ASCII
   */
  static SessionHeaders of(String sessionId, String protocolVersion) {
    if (sessionId.length() > MAX_SESSION_ID
        || !sessionId.chars().allMatch(c -> c > 0x20 && c < 0x7f)) {
      throw new UpstreamException("initialize: the session id is not visible ASCII");
    }
    return new SessionHeaders(sessionId.isEmpty() ? null : sessionId, protocolVersion);
  }

  void applyTo(HttpRequest.Builder request) {
    if (sessionId != null) {
      request.header(InternalHeaders.SESSION_ID, sessionId);
    }
    if (protocolVersion != null) {
      request.header(InternalHeaders.PROTOCOL_VERSION, protocolVersion);
    }
  }

  /** Without the id: whoever knows it can use the session. */
  @Override
  public String toString() {
    return "SessionHeaders[%s, %s]"
        .formatted(sessionId == null ? "no session" : "session", protocolVersion);
  }
}
