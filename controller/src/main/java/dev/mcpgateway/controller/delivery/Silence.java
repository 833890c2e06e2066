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

  /** Time that does not count. */
  interface Excuse extends AutoCloseable {
    @Override
    void close();
  }

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

  /**
   * It has begun to answer, and nobody had room to read that. Whoever is not silent yet has broken
   * the silence; whoever is has not said anything by that.
   */
  void unread() {
    if (left().isPositive()) {
      broken();
    }
  }

  /** From now on until this is closed it is not its turn to say anything. */
  Excuse excused() {
    long began = ticker.nanos();
    return () -> since += ticker.nanos() - began;
  }

  /** How much longer it may be silent; zero when it has been for {@link #LIMIT}. */
  Duration left() {
    Duration left = LIMIT.minusNanos(ticker.nanos() - since);
    return left.isNegative() ? Duration.ZERO : left;
  }
}
