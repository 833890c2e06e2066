package dev.mcpgateway.broker.session;

import com.nimbusds.jwt.JWTClaimsSet;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Issues and verifies {@code Mcp-Session-Id} (MCP 2025-11-25 §Session Management: unguessable,
 * visible ASCII). The id is a token signed with this instance's own key and addressed to its public
 * host, so another team's gateway refuses it, and no replica has to remember it. A session is no
 * authentication (§Session Hijacking): when the caller is known, the token names the caller and
 * whoever verifies it compares.
 */
public final class SessionTokens implements SessionVerifier {
  private static final String PROTOCOL_VERSION = "pv";

  private final SignedClaims claims;
  private final Duration lifetime;
  private final Clock clock;

  /**
   * @param keys asked at each use: they are rotated while sessions live
   * @param publicHost host under which clients know this gateway instance
   * @param lifetime how long a session lasts, whole seconds
   */
  public SessionTokens(Supplier<KeyRing> keys, String publicHost, Duration lifetime, Clock clock) {
    this.claims =
        new SignedClaims(
            () -> keys.get().sessionSigning(), publicHost.toLowerCase(Locale.ROOT), clock);
    this.lifetime = lifetime;
    this.clock = clock;
  }

  /**
   * A new session.
   *
   * @param subject the authenticated caller, if any
   * @param protocolVersion the MCP revision negotiated with it, if known
   * @return value of the header {@code Mcp-Session-Id}
   */
  public String issue(@Nullable String subject, @Nullable String protocolVersion) {
    Instant now = clock.instant().truncatedTo(ChronoUnit.SECONDS);
    JWTClaimsSet.Builder session =
        new JWTClaimsSet.Builder().jwtID(UUID.randomUUID().toString()).subject(subject);
    if (protocolVersion != null) {
      session.claim(PROTOCOL_VERSION, protocolVersion);
    }
    return claims.sign(session, now, now.plus(lifetime));
  }

  /** Never throws; costs one HMAC per accepted key and keeps nothing. */
  @Override
  public SessionVerdict verify(String sessionToken) {
    SignedClaims.Checked checked = claims.check(sessionToken);
    JWTClaimsSet session = checked.claims();
    if (session == null) {
      return new SessionVerdict.Invalid(checked.reason());
    }
    return new SessionVerdict.Valid(
        session.getJWTID(),
        session.getExpirationTime().toInstant(),
        session.getSubject(),
        session.getClaim(PROTOCOL_VERSION) instanceof String version ? version : null);
  }
}
