package dev.mcpgateway.controller.management;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpgateway.controller.api.cache.WatchState;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class HealthTest {
  // About to overflow: System.nanoTime may be anything.
  private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - 5);
  private final AtomicBoolean synced = new AtomicBoolean(true);
  private final AtomicBoolean gateways = new AtomicBoolean(true);
  private final AtomicBoolean working = new AtomicBoolean(true);
  private final Health health =
      new Health(
          synced::get,
          Map.of(
              "GATEWAY",
              () -> new WatchState(gateways.get(), 0),
              "ROUTE",
              () -> new WatchState(true, 0)),
          working::get,
          now::get);

  @Test
  void itIsReadyWhenTheCachesAreFilled() {
    synced.set(false);
    assertThat(health.notReady()).containsExactly("caches are not filled yet");
    synced.set(true);
    assertThat(health.notReady()).isEmpty();
  }

  @Test
  void aWatchMayBeDownForTheGraceAndNoLongerAndIsNamed() {
    gateways.set(false);
    assertThat(health.notAlive()).isEmpty();
    pass(Health.GRACE);
    assertThat(health.notAlive()).isEmpty();
    pass(Duration.ofNanos(1));
    assertThat(health.notAlive())
        .containsExactly("a watch has been down for more than PT3M, now of [GATEWAY]");
    gateways.set(true);
    assertThat(health.notAlive()).isEmpty();
  }

  @Test
  void theGraceBeginsAnewWhenEveryWatchWasLiveInBetween() {
    gateways.set(false);
    pass(Health.GRACE);
    gateways.set(true);
    assertThat(health.notAlive()).isEmpty();
    gateways.set(false);
    pass(Health.GRACE);
    assertThat(health.notAlive()).isEmpty();
  }

  @Test
  void beforeTheFirstSyncNoWatchIsMissed() {
    synced.set(false);
    gateways.set(false);
    pass(Health.GRACE.multipliedBy(10));
    assertThat(health.notAlive()).isEmpty();
    synced.set(true);
    assertThat(health.notAlive()).as("it has just been filled").isEmpty();
  }

  @Test
  void aThreadThatHasEndedIsToldAtOnce() {
    working.set(false);
    assertThat(health.notAlive()).containsExactly("a worker has ended");
  }

  private void pass(Duration time) {
    now.addAndGet(time.toNanos());
  }
}
