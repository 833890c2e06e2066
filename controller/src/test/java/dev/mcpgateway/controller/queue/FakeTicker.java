package dev.mcpgateway.controller.queue;

import java.time.Duration;

/** Time that passes when a test says so. */
final class FakeTicker implements Ticker {
  // Far from zero and about to overflow: System.nanoTime may be anything.
  private long nanos = Long.MAX_VALUE - Duration.ofSeconds(1).toNanos();

  @Override
  public synchronized long nanos() {
    return nanos;
  }

  synchronized void advance(Duration time) {
    nanos += time.toNanos();
  }
}
