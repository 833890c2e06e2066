package dev.mcpgateway.webhook.admission;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.helidon.http.Status;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class ByteBudgetTest {
  private static final Deadline NOW = Deadline.in(Duration.ZERO);
  private static final int LARGE = AdmissionCodec.MAX_BYTES;

  private final ByteBudget budget = new ByteBudget(ByteBudget.SMALL, LARGE);

  @Test
  void aShareIsHeldUntilItIsClosed() throws Exception {
    try (var _ = budget.take(LARGE, NOW)) {
      assertFull(ByteBudget.SMALL + 1L);
    }
    budget.take(LARGE, NOW).close();
  }

  @Test
  void smallBodiesNeverWaitForLargeOnes() throws Exception {
    try (var _ = budget.take(LARGE, NOW);
        var _ = budget.take(ByteBudget.SMALL, NOW)) {
      assertFull(1);
    }
  }

  @Test
  void aBodyOfUnknownLengthCountsAsTheLongestUntilItHasBeenRead() throws Exception {
    try (var unknown = budget.take(-1, NOW)) {
      assertFull(ByteBudget.SMALL + 1L);
      unknown.keep(1);
      budget.take(LARGE - 1, NOW).close();
      assertFull(LARGE);
    }
    budget.take(LARGE, NOW).close();
  }

  private void assertFull(long length) {
    assertThatExceptionOfType(RefusedException.class)
        .isThrownBy(() -> budget.take(length, NOW))
        .satisfies(e -> assertThat(e.status()).isEqualTo(Status.SERVICE_UNAVAILABLE_503));
  }
}
