package dev.mcpgateway.controller;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.awaitility.core.ThrowingRunnable;

/**
 * What is promised in seconds, shown on machines that may stand still for longer than that. Of up
 * to three tries each must come to its end within a minute, and one of them in time. What breaks
 * the promise by design (a resync, a back-off, a queue that has to empty first, a poll) makes every
 * try late; a slow moment of a shared machine makes one late, and hardly three in a row.
 */
final class Promised {
  /** For revocations, promotions and Secrets that are put back. */
  static final Duration FIVE_SECONDS = Duration.ofSeconds(5);

  private static final int TRIES = 3;
  private static final Duration AT_LAST = Duration.ofMinutes(1);

  private Promised() {}

  /** One try: sets the scene and tells how long it {@link #took}. */
  @FunctionalInterface
  interface Try {
    /**
     * Makes the change and waits for what is promised.
     *
     * @param n 1 for the first one, to tell the objects of one from those of another
     */
    Duration run(int n);
  }

  /** Tries until one is in time. */
  static void within(Duration promised, Try each) {
    List<Duration> took = new ArrayList<>();
    for (int n = 1; n <= TRIES; n++) {
      took.add(each.run(n));
      if (took.getLast().compareTo(promised) <= 0) {
        return;
      }
    }
    assertThat(took).anyMatch(time -> time.compareTo(promised) <= 0);
  }

  /** From before a change until everything is as it should be after it. */
  static Duration took(Runnable change, ThrowingRunnable outcome) {
    long started = System.nanoTime();
    change.run();
    await().atMost(AT_LAST).pollInterval(Duration.ofMillis(20)).untilAsserted(outcome);
    return Duration.ofNanos(System.nanoTime() - started);
  }
}
