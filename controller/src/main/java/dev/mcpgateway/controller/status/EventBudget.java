package dev.mcpgateway.controller.status;

import dev.mcpgateway.controller.queue.Ticker;
import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalInt;

/**
 * How many Events an object may have: {@link #BURST} at once and one more per {@link #REFILL}. What
 * flaps without end is told without end, but not at any price: Events are kept in etcd like
 * everything else.
 */
final class EventBudget {
  static final int BURST = 10;
  static final Duration REFILL = Duration.ofMinutes(1);

  private final Ticker ticker;

  /** By UID, in the order of their last Event; who could have a whole burst again is forgotten. */
  private final Map<String, Spent> spent = new LinkedHashMap<>();

  EventBudget(Ticker ticker) {
    this.ticker = ticker;
  }

  /**
   * Takes one Event from an object's budget.
   *
   * @return how many had to be left out since the last one; empty when this one has to be, too
   */
  synchronized OptionalInt take(String uid) {
    long now = ticker.nanos();
    Spent before = spent.remove(uid);
    forget(now);
    Spent known = before == null ? new Spent(0, now, 0) : before.refilled(now);
    boolean left = known.events() < BURST;
    spent.put(uid, left ? known.another() : known.refused());
    return left ? OptionalInt.of(known.leftOut()) : OptionalInt.empty();
  }

  /** Objects it remembers anything about. */
  synchronized int known() {
    return spent.size();
  }

  private void forget(long now) {
    Iterator<Spent> oldest = spent.values().iterator();
    while (oldest.hasNext() && oldest.next().refilled(now).events() == 0) {
      oldest.remove();
    }
  }

  /**
   * @param events of the budget that are used up
   * @param since when the oldest of them began to be made good
   * @param leftOut Events since the last one that was not
   */
  private record Spent(int events, long since, int leftOut) {
    Spent refilled(long now) {
      long regained = Math.min(events, (now - since) / REFILL.toNanos());
      return regained == events
          ? new Spent(0, now, leftOut)
          : new Spent((int) (events - regained), since + regained * REFILL.toNanos(), leftOut);
    }

    Spent another() {
      return new Spent(events + 1, since, 0);
    }

    Spent refused() {
      return new Spent(events, since, leftOut + 1);
    }
  }
}
