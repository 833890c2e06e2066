package dev.mcpgateway.controller.leader;

import dev.mcpgateway.controller.queue.Ticker;
import java.time.Duration;

/** How long the lease is certainly held: from when its last renewal was asked for. */
final class Tenure {
  private final Ticker ticker;
  private final long lease;
  private volatile long renewed;

  Tenure(Ticker ticker, Duration lease) {
    this.ticker = ticker;
    this.lease = lease.toNanos();
    this.renewed = ticker.nanos() - this.lease;
  }

  /** Renews it; counts from before the attempt, and only when that does not throw. */
  void renew(Runnable attempt) {
    long asked = ticker.nanos();
    attempt.run();
    renewed = asked;
  }

  /** Ends it before its time. */
  void end() {
    renewed = ticker.nanos() - lease;
  }

  boolean lasts() {
    return ticker.nanos() - renewed < lease;
  }
}
