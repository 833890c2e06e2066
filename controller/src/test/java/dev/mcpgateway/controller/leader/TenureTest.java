package dev.mcpgateway.controller.leader;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class TenureTest {
  private static final Duration LEASE = Duration.ofSeconds(15);

  // About to overflow: System.nanoTime may be anything.
  private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - 5);
  private final Tenure tenure = new Tenure(now::get, LEASE);

  @Test
  void nothingIsHeldBeforeTheFirstRenewal() {
    assertThat(tenure.lasts()).isFalse();
  }

  @Test
  void itLastsAsLongAsTheLeaseFromWhenItsRenewalWasAskedFor() {
    tenure.renew(() -> now.addAndGet(Duration.ofSeconds(4).toNanos()));
    now.addAndGet(Duration.ofSeconds(11).toNanos() - 1);
    assertThat(tenure.lasts()).isTrue();
    now.addAndGet(1);
    assertThat(tenure.lasts()).isFalse();
  }

  @Test
  void itEndsWhenTheLeaseIsGivenBack() {
    tenure.renew(() -> {});
    assertThat(tenure.lasts()).isTrue();
    tenure.end();
    assertThat(tenure.lasts()).isFalse();
  }

  @Test
  void aRenewalThatFailsIsNone() {
    assertThatThrownBy(() ->
            tenure.renew(() -> {
              throw new IllegalStateException("409");
            }))
        .hasMessage("409");
    assertThat(tenure.lasts()).isFalse();
  }
}
