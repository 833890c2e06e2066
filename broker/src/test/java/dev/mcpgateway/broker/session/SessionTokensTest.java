package dev.mcpgateway.broker.session;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;
import dev.mcpgateway.broker.session.SessionVerdict.Invalid;
import dev.mcpgateway.broker.session.SessionVerdict.Valid;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.Base64;
import java.util.Date;
import org.junit.jupiter.api.Test;

class SessionTokensTest {
  private static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");
  private static final byte[] KEY = filled(1);
  private static final Duration DAY = Duration.ofHours(24);

  private final SessionTokens tokens = tokens(KEY, "Team-A.example.com", NOW);

  @Test
  void whatIsIssuedIsValidUntilItExpires() {
    String token = tokens.issue("alice", "2025-11-25");
    assertThat(tokens.verify(token))
        .isInstanceOfSatisfying(
            Valid.class,
            v -> {
              assertThat(v.expiresAt()).isEqualTo(NOW.plus(DAY));
              assertThat(v.subject()).isEqualTo("alice");
              assertThat(v.protocolVersion()).isEqualTo("2025-11-25");
              assertThat(v.sessionId()).hasSize(36);
            });
    assertThat(tokens(KEY, "team-a.example.com", NOW.plus(DAY)).verify(token))
        .isEqualTo(new Invalid("expired"));
  }

  @Test
  void anAnonymousSessionNamesNobody() {
    assertThat(tokens.verify(tokens.issue(null, null)))
        .isInstanceOfSatisfying(
            Valid.class,
            v -> {
              assertThat(v.subject()).isNull();
              assertThat(v.protocolVersion()).isNull();
            });
  }

  @Test
  void everySessionIsAnotherOneAndVisibleAscii() {
    String one = tokens.issue(null, null);
    assertThat(one).matches("[\\x21-\\x7e]+").isNotEqualTo(tokens.issue(null, null));
  }

  @Test
  void anotherGatewaysSessionIsInvalidEvenWithTheSameKey() {
    assertThat(tokens(KEY, "team-b.example.com", NOW).verify(tokens.issue(null, null)))
        .isEqualTo(new Invalid("another gateway"));
  }

  @Test
  void anotherKeysSessionIsInvalid() {
    assertThat(tokens(filled(2), "team-a.example.com", NOW).verify(tokens.issue(null, null)))
        .isEqualTo(new Invalid("signature"));
  }

  @Test
  void onlyTheOneAlgorithmIsAccepted() throws JOSEException {
    JWTClaimsSet claims =
        new JWTClaimsSet.Builder()
            .issuer("team-a.example.com")
            .audience("team-a.example.com")
            .jwtID("x")
            .expirationTime(Date.from(NOW.plus(DAY)))
            .build();
    SignedJWT hs512 = new SignedJWT(new JWSHeader(JWSAlgorithm.HS512), claims);
    hs512.sign(new MACSigner(filled(1, 64)));
    SessionTokens longKey = tokens(filled(1, 64), "team-a.example.com", NOW);
    assertThat(longKey.verify(hs512.serialize())).isEqualTo(new Invalid("algorithm"));
    assertThat(tokens.verify(new PlainJWT(claims).serialize())).isInstanceOf(Invalid.class);
  }

  @Test
  void aTokenWithoutExpiryOrIdIsInvalid() throws JOSEException {
    JWTClaimsSet claims =
        new JWTClaimsSet.Builder()
            .issuer("team-a.example.com")
            .audience("team-a.example.com")
            .jwtID("x")
            .build();
    SignedJWT endless = new SignedJWT(new JWSHeader(JWSAlgorithm.HS256), claims);
    endless.sign(new MACSigner(KEY));
    assertThat(tokens.verify(endless.serialize())).isEqualTo(new Invalid("not a token"));
  }

  @Test
  void everyChangedCharacterOfHeaderOrClaimsIsNoticed() {
    String token = tokens.issue("alice", null);
    for (int i = 0; i < token.lastIndexOf('.'); i++) {
      char other = token.charAt(i) == 'A' ? 'B' : 'A';
      String forged = token.substring(0, i) + other + token.substring(i + 1);
      assertThat(tokens.verify(forged)).isInstanceOf(Invalid.class);
    }
  }

  @Test
  void garbageIsInvalidAndNeverAnException() {
    String deep = Base64.getUrlEncoder().encodeToString("{\"a\":".repeat(250).getBytes(UTF_8));
    for (String text :
        new String[] {"", ".", "..", "a.b.c", "é", "\u0000", "x".repeat(5000), deep + ".e30.x"}) {
      assertThat(tokens.verify(text)).isInstanceOf(Invalid.class);
    }
  }

  private static SessionTokens tokens(byte[] key, String host, Instant now) {
    KeyRing keys = new KeyRing(key, filled(8), filled(9));
    return new SessionTokens(() -> keys, host, DAY, Clock.fixed(now, ZoneOffset.UTC));
  }

  private static byte[] filled(int value) {
    return filled(value, 32);
  }

  private static byte[] filled(int value, int length) {
    byte[] key = new byte[length];
    Arrays.fill(key, (byte) value);
    return key;
  }
}
