package dev.mcpgateway.controller.status;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpgateway.controller.api.ObjectKey;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class PatienceTest {
  private static final ObjectKey KEY = new ObjectKey("team", "s");

  private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 1);
  private final Patience patience = new Patience(nanos::get);

  @Test
  void whoWaitsMayWaitUntilTheLimit() {
    assertThat(patience.left(KEY, true)).contains(Patience.LIMIT);
    pass(Duration.ofSeconds(4));
    assertThat(patience.left(KEY, true)).contains(Patience.LIMIT.minusSeconds(4));
    pass(Duration.ofSeconds(6));
    assertThat(patience.left(KEY, true)).isEmpty();
    pass(Duration.ofHours(1));
    assertThat(patience.left(KEY, true)).isEmpty();
  }

  @Test
  void whoStoppedWaitingBeginsAnew() {
    assertThat(patience.left(KEY, false)).isEmpty();
    assertThat(patience.left(KEY, true)).isPresent();
    pass(Patience.LIMIT);
    assertThat(patience.left(KEY, false)).isEmpty();
    assertThat(patience.left(KEY, true)).contains(Patience.LIMIT);
    assertThat(patience.left(new ObjectKey("team", "other"), true)).contains(Patience.LIMIT);
  }

  private void pass(Duration time) {
    var _ = nanos.addAndGet(time.toNanos());
  }
}
