package dev.mcpgateway.controller.delivery;

import dev.mcpgateway.broker.api.push.PushRequest;
import dev.mcpgateway.controller.queue.Ticker;
import java.time.Duration;

/** How long a broker has not been heard of, from its last answer. Used by one thread. */
final class Silence {
  /**
   * From then on its last report tells nothing any more: well above the time a healthy broker takes
   * to say that nothing has changed.
   */
  static final Duration LIMIT = PushRequest.MAX_WAIT.plusSeconds(15);

  private final Ticker ticker;
  private long since;

  /** Whoever has never answered has been silent from now on. */
  Silence(Ticker ticker) {
    this.ticker = ticker;
    this.since = ticker.nanos();
  }

  /** It has said how it is. */
  void broken() {
    since = ticker.nanos();
  }

  /** How much longer it may be silent; zero when it has been for {@link #LIMIT}. */
  Duration left() {
    Duration left = LIMIT.minusNanos(ticker.nanos() - since);
    return left.isNegative() ? Duration.ZERO : left;
  }
}
