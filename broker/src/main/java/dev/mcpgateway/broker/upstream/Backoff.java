package dev.mcpgateway.broker.upstream;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * Pauses between attempts. Half of each is random, so that servers that failed together, as after
 * the loss of a node, are not asked together for ever.
 */
final class Backoff {
  private Backoff() {}

  /**
   * Pause after the {@code failures}-th failure in a row, between half and the whole of {@code
   * first * 2^(failures-1)}, at most {@code max}.
   */
  static Duration after(int failures, Duration first, Duration max, RandomGenerator random) {
    int doublings = Math.min(Math.max(failures, 1) - 1, 20);
    long millis = Math.min(first.toMillis() << doublings, max.toMillis());
    return Duration.ofMillis(millis / 2 + random.nextLong(millis / 2 + 1));
  }

  /** {@code interval}, a tenth shorter or longer. */
  static Duration around(Duration interval, RandomGenerator random) {
    long millis = interval.toMillis();
    return Duration.ofMillis(millis - millis / 10 + random.nextLong(millis / 5 + 1));
  }
}
