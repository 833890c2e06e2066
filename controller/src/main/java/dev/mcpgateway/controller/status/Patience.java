package dev.mcpgateway.controller.status;

import dev.mcpgateway.controller.api.ObjectKey;
import dev.mcpgateway.controller.queue.Ticker;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * How long an object stays Ready while a change of it is on its way, or while brokers have not been
 * heard of yet. It is served as it was until the new configuration is stored, which takes a moment;
 * a change that cannot be stored is told.
 */
public final class Patience {
  /** Longer than a write takes in a burst of changes. */
  public static final Duration LIMIT = Duration.ofSeconds(10);

  private final Ticker ticker;
  private final Map<ObjectKey, Long> since = new ConcurrentHashMap<>();

  public Patience(Ticker ticker) {
    this.ticker = ticker;
  }

  /**
   * How much longer it may wait; empty when it does not wait, or has waited long enough.
   *
   * @param waits whether it waits now; who stops waiting begins anew the next time
   */
  public Optional<Duration> left(ObjectKey key, boolean waits) {
    if (!waits) {
      since.remove(key);
      return Optional.empty();
    }
    long now = ticker.nanos();
    Duration left = LIMIT.minusNanos(now - since.computeIfAbsent(key, k -> now));
    return left.isPositive() ? Optional.of(left) : Optional.empty();
  }
}
