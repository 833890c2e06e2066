package dev.mcpgateway.broker.session;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** What a session id turned out to be. */
public sealed interface SessionVerdict {

  /**
   * A session of this gateway instance.
   *
   * @param sessionId identifies the session; unlike the token it may be a map key and be logged
   * @param expiresAt when the session ends by itself
   * @param subject the caller it was issued to; absent when the caller was not authenticated
   * @param protocolVersion MCP revision negotiated in {@code initialize}, when it was recorded
   */
  record Valid(
      String sessionId,
      Instant expiresAt,
      @Nullable String subject,
      @Nullable String protocolVersion)
      implements SessionVerdict {}

  /**
   * Unknown here: forged, expired, of another gateway, of another caller.
   *
   * @param reason a constant word for logs and metrics, never shown to the client
   */
  record Invalid(String reason) implements SessionVerdict {}
}
