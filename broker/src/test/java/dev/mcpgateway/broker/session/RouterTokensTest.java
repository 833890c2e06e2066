package dev.mcpgateway.broker.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpgateway.broker.session.ProofVerdict.Denied;
import dev.mcpgateway.broker.session.ProofVerdict.Granted;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** The catalogue's row X27. */
class RouterTokensTest {
  private static final String HOST = "weather.team-a.mcp.local";

  private final MovingClock clock = new MovingClock();
  private final RouterTokens tokens = tokens(2);

  @Test
  void aProofIsGoodForItsHostOnce() {
    String proof = tokens.issue(HOST, "team-a/weather", "initialize");
    assertThat(tokens.verify(proof, HOST))
        .isEqualTo(new Granted(HOST, "team-a/weather", "initialize"));
    assertThat(tokens.verify(proof, HOST)).isEqualTo(new Denied("used before"));
  }

  @Test
  void anotherHostIsDeniedAndDoesNotUseItUp() {
    String proof = tokens.issue(HOST, "team-a/weather", "initialize");
    assertThat(tokens.verify(proof, "files.team-a.mcp.local"))
        .isEqualTo(new Denied("another host"));
    assertThat(tokens.verify(proof, HOST)).isInstanceOf(Granted.class);
  }

  @Test
  void aProofExpires() {
    String proof = tokens.issue(HOST, "team-a/weather", "initialize");
    clock.now = clock.now.plus(RouterTokens.LIFETIME);
    assertThat(tokens.verify(proof, HOST)).isEqualTo(new Denied("expired"));
  }

  @Test
  void anotherInstancesProofIsDenied() {
    String proof = tokens(9).issue(HOST, "team-a/weather", "initialize");
    assertThat(tokens.verify(proof, HOST)).isEqualTo(new Denied("signature"));
  }

  @Test
  void aSessionIdIsNoProof() {
    KeyRing same = new KeyRing(filled(2), filled(2), filled(2));
    String session =
        new SessionTokens(() -> same, "team-a.example.com", Duration.ofHours(1), clock)
            .issue(HOST, null);
    assertThat(tokens.verify(session, HOST)).isInstanceOf(Denied.class);
  }

  @Test
  void garbageIsDenied() {
    assertThat(tokens.verify("", HOST)).isInstanceOf(Denied.class);
    assertThat(tokens.verify("eyJhbGciOiJub25lIn0.e30.", HOST)).isInstanceOf(Denied.class);
  }

  private RouterTokens tokens(int key) {
    KeyRing keys = new KeyRing(filled(1), filled(key), filled(3));
    return new RouterTokens(() -> keys, "team-a.example.com", clock);
  }

  private static byte[] filled(int value) {
    byte[] key = new byte[32];
    Arrays.fill(key, (byte) value);
    return key;
  }

  private static final class MovingClock extends Clock {
    private Instant now = Instant.parse("2026-11-22T12:00:00Z");

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      return this;
    }

    @Override
    public Instant instant() {
      return now;
    }
  }
}
