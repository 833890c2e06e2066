package dev.mcpgateway.broker.session;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;

/** Remembers names until a time, a bounded number of them. Thread-safe. */
final class ExpiringSet {
  private static final Duration SWEEP = Duration.ofSeconds(30);

  private final int capacity;
  private final Clock clock;
  private final Map<String, Instant> entries = new ConcurrentHashMap<>();
  private final AtomicReference<Instant> nextSweep = new AtomicReference<>(Instant.EPOCH);

  ExpiringSet(int capacity, Clock clock) {
    this.capacity = capacity;
    this.clock = clock;
  }

  /** Adds a name; false when it is there already or there is no room. */
  boolean add(String name, Instant until) {
    Instant now = clock.instant();
    Instant due = nextSweep.get();
    if (!now.isBefore(due) && nextSweep.compareAndSet(due, now.plus(SWEEP))) {
      entries.values().removeIf(now::isAfter);
    }
    return entries.size() < capacity && entries.putIfAbsent(name, until) == null;
  }
}
