package dev.mcpgateway.controller.queue;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * Exponential back-off with jitter: after the n-th failure in a row between half and the whole of
 * {@code base · 2^(n-1)}, at most {@code cap}. The jitter keeps keys that failed together from
 * coming back together.
 */
public record Backoff(Duration base, Duration cap, RandomGenerator random) {
  /** How long to wait after {@code failures} failures in a row, at least 1. */
  public Duration after(int failures) {
    // Beyond 2^30 the cap has long been reached; the shift must not overflow.
    long factor = 1L << Math.min(Math.max(failures, 1) - 1, 30);
    long nanos = factor > cap.toNanos() / base.toNanos() ? cap.toNanos() : base.toNanos() * factor;
    return Duration.ofNanos(nanos / 2 + (long) (random.nextDouble() * (nanos / 2.0)));
  }
}
