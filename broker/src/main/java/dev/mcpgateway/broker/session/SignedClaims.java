package dev.mcpgateway.broker.session;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.text.ParseException;
import java.time.Clock;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Compact JWS with HS256 and nothing else (RFC 7515, RFC 7518 §3.2): the algorithm is ours to
 * choose, not the token's. One HMAC per check and accepted key, compared in constant time.
 */
final class SignedClaims {
  /** Longest token that is looked at, in characters. */
  private static final int MAX_LENGTH = 2048;

  private final Supplier<MacKeys> keys;
  private final String audience;
  private final Clock clock;

  /**
   * @param keys asked at each use
   */
  SignedClaims(Supplier<MacKeys> keys, String audience, Clock clock) {
    this.keys = keys;
    this.audience = audience;
    this.clock = clock;
  }

  String sign(JWTClaimsSet.Builder claims, Instant issuedAt, Instant expiresAt) {
    claims
        .issuer(audience)
        .audience(audience)
        .issueTime(Date.from(issuedAt))
        .expirationTime(Date.from(expiresAt));
    SignedJWT token = new SignedJWT(new JWSHeader(JWSAlgorithm.HS256), claims.build());
    try {
      token.sign(keys.get().signer());
    } catch (JOSEException e) {
      throw new IllegalStateException("HMAC over a few claims does not fail", e);
    }
    return token.serialize();
  }

  /** The claims of a token we signed, for us, that has not expired; the reason otherwise. */
  Checked check(String token) {
    if (token.length() > MAX_LENGTH) {
      return Checked.refused("too long");
    }
    try {
      SignedJWT jwt = SignedJWT.parse(token);
      if (!JWSAlgorithm.HS256.equals(jwt.getHeader().getAlgorithm())) {
        return Checked.refused("algorithm");
      }
      if (!keys.get().verify(jwt)) {
        return Checked.refused("signature");
      }
      return checkClaims(jwt.getJWTClaimsSet());
    } catch (ParseException | JOSEException e) {
      return Checked.refused("not a token");
    } catch (IllegalArgumentException | IllegalStateException e) {
      // The library's constructors refuse contradictory headers with these.
      return Checked.refused("not a token");
    }
  }

  private Checked checkClaims(JWTClaimsSet claims) {
    if (!audience.equals(claims.getIssuer()) || !List.of(audience).equals(claims.getAudience())) {
      return Checked.refused("another gateway");
    }
    Date expiry = claims.getExpirationTime();
    if (expiry == null || claims.getJWTID() == null) {
      return Checked.refused("not a token");
    }
    return clock.instant().isBefore(expiry.toInstant())
        ? new Checked(claims, "")
        : Checked.refused("expired");
  }

  /**
   * @param claims present when the token is good
   * @param reason a constant word for logs otherwise
   */
  record Checked(@Nullable JWTClaimsSet claims, String reason) {
    private static Checked refused(String reason) {
      return new Checked(null, reason);
    }
  }
}
