package dev.mcpgateway.broker.session;

import com.nimbusds.jwt.JWTClaimsSet;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.UUID;
import java.util.function.Supplier;

/**
 * Proof that a request was sent by this instance's own client: the header {@code router-key}. Each
 * proof names the one host, server and method it is for, lasts {@link #LIFETIME} and is accepted
 * once per process, so that what leaks to a log or a server opens nothing.
 */
public final class RouterTokens {
  /** From sending a request to its arrival in the router, generously. */
  public static final Duration LIFETIME = Duration.ofSeconds(30);

  /** Only proofs we signed are remembered, so only our own client can fill this. */
  private static final int MAX_REMEMBERED = 100_000;

  private static final String SERVER = "server";
  private static final String METHOD = "method";

  private final SignedClaims claims;
  private final Clock clock;
  private final ExpiringSet used;

  /**
   * @param keys asked at each use
   * @param publicHost host under which clients know this gateway instance
   */
  public RouterTokens(Supplier<KeyRing> keys, String publicHost, Clock clock) {
    this.claims =
        new SignedClaims(() -> keys.get().router(), publicHost.toLowerCase(Locale.ROOT), clock);
    this.clock = clock;
    this.used = new ExpiringSet(MAX_REMEMBERED, clock);
  }

  /**
   * A proof for one request.
   *
   * @param host authority the request is to be routed to
   * @param server {@code namespace/name} of the server behind it
   * @param method JSON-RPC method of the request, or HTTP method where there is none
   */
  public String issue(String host, String server, String method) {
    Instant now = clock.instant();
    JWTClaimsSet.Builder proof =
        new JWTClaimsSet.Builder()
            .jwtID(UUID.randomUUID().toString())
            .subject(host)
            .claim(SERVER, server)
            .claim(METHOD, method);
    return claims.sign(proof, now, now.plus(LIFETIME));
  }

  /**
   * Checks the proof of a request that asks to be routed to {@code host}; a second check of the
   * same proof is denied.
   */
  public ProofVerdict verify(String proof, String host) {
    SignedClaims.Checked checked = claims.check(proof);
    JWTClaimsSet granted = checked.claims();
    if (granted == null) {
      return new ProofVerdict.Denied(checked.reason());
    }
    if (!host.equals(granted.getSubject())
        || !(granted.getClaim(SERVER) instanceof String server)
        || !(granted.getClaim(METHOD) instanceof String method)) {
      return new ProofVerdict.Denied("another host");
    }
    return used.add(granted.getJWTID(), granted.getExpirationTime().toInstant())
        ? new ProofVerdict.Granted(host, server, method)
        : new ProofVerdict.Denied("used before");
  }
}
