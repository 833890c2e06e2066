package dev.mcpgateway.broker.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.ConnectException;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpTimeoutException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.UnresolvedAddressException;
import java.time.Duration;
import java.util.Random;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.api.Test;

class FailuresTest {
  private static final UpstreamLimits LIMITS =
      UpstreamLimits.withCheckInterval(Duration.ofSeconds(60));

  private static final CredentialMask NOTHING = CredentialMask.of(null);

  @Test
  void aRefusedConnectionIsSpelledAsTheContractSays() {
    assertThat(describe(new ConnectException("Connection refused")))
        .isEqualTo("connection refused");
    ConnectException silent = new ConnectException();
    silent.initCause(new ClosedChannelException());
    assertThat(describe(silent)).isEqualTo("connection refused");
  }

  @Test
  void anUnknownHostIsNoRefusedConnection() {
    ConnectException unknown = new ConnectException();
    unknown.initCause(new UnresolvedAddressException());
    assertThat(describe(unknown)).isEqualTo("unknown host");
  }

  @Test
  void timeoutsSayHowLongWasWaited() {
    assertThat(describe(new HttpConnectTimeoutException("x")))
        .isEqualTo("no connection within 5 s");
    assertThat(describe(new HttpTimeoutException("x"))).isEqualTo("no complete answer within 15 s");
  }

  @Test
  void aTlsFailureIsNamed() {
    assertThat(describe(new SSLHandshakeException("certificate expired")))
        .isEqualTo("TLS: certificate expired");
  }

  @Test
  void whatHasNoMessageHasAName() {
    assertThat(describe(new IOException())).isEqualTo("IOException");
  }

  @Test
  void textOfStrangersIsPrintableAndShort() {
    assertThat(Failures.clean("a\r\nFAKE log\u001b[31m\u202e\u200b" + "x".repeat(500), NOTHING))
        .startsWith("a  FAKE log [31m")
        .hasSizeLessThanOrEqualTo(200)
        .doesNotContainPattern("[\\p{Cntrl}\\u202e\\u200b]");
    assertThat(Failures.clean(null, NOTHING)).isEmpty();
  }

  @Test
  void aCredentialIsHiddenBeforeTheTextIsCut() {
    CredentialMask mask = CredentialMask.of("Bearer s3cr3t-token");
    String text = "x".repeat(190) + " s3cr3t-token";
    assertThat(Failures.clean(text, mask)).endsWith(" [credenti").doesNotContain("s3cr3t");
    assertThat(Failures.describe(new IOException("got s3cr3t-token"), LIMITS, mask))
        .isEqualTo("got [credential]");
    assertThat(Failures.describe(new SSLHandshakeException("s3cr3t-token"), LIMITS, mask))
        .isEqualTo("TLS: [credential]");
  }

  @Test
  void pausesGrowToTheLimitAndAreNeverTheSameForAll() {
    Random random = new Random(1);
    Duration first = Duration.ofSeconds(1);
    Duration max = Duration.ofSeconds(30);
    for (int i = 1; i < 100; i++) {
      long whole = Math.min(1000L << Math.min(i - 1, 20), 30_000);
      assertThat(Backoff.after(i, first, max, random).toMillis()).isBetween(whole / 2, whole);
      assertThat(Backoff.around(Duration.ofSeconds(60), random).toMillis())
          .isBetween(54_000L, 66_000L);
    }
  }

  private static String describe(Throwable failure) {
    return Failures.describe(failure, LIMITS, NOTHING);
  }
}
