package dev.mcpgateway.controller.delivery;

import dev.mcpgateway.controller.queue.Ticker;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** How long a broker has not been heard of. Used by one thread. */
final class Silence {
  /** From then on its last report tells nothing any more: longer than a broker needs to restart. */
  static final Duration LIMIT = Duration.ofSeconds(30);

  private final Ticker ticker;
  private @Nullable Long since;

  Silence(Ticker ticker) {
    this.ticker = ticker;
  }

  /** It has said how it is. */
  void broken() {
    since = null;
  }

  /** It has been asked in vain; whether that has been so for longer than {@link #LIMIT}. */
  boolean lasts() {
    long now = ticker.nanos();
    if (since == null) {
      since = now;
    }
    return now - since >= LIMIT.toNanos();
  }
}
