package dev.mcpgateway.controller.queue;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Keys that need a pass. Level-based: a key stands for "look again", so adding it ten times is
 * adding it once.
 *
 * <ul>
 *   <li>A key is never with two workers at once; added meanwhile, it comes back after {@link
 *       #finish}.
 *   <li>Passes over one key start at least {@code pace} apart when events ask for them: the first
 *       event is served at once, a burst costs one more pass.
 *   <li>A failed key waits by {@link Backoff}; an event may bring it back earlier, and a success
 *       forgets its failures.
 *   <li>Of two due times for a key the earlier one stands. Within a lane the key that is due for
 *       longest is served first, and equal due times are served in the order of their arrival;
 *       between them {@link Lanes} decide.
 * </ul>
 */
public final class WorkQueue<K> {
  private static final long NONE = Long.MAX_VALUE;

  private final Ticker ticker;
  private final Backoff backoff;
  private final Lanes<K> lanes;
  private final long pace;
  private final long origin;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Map<K, Entry<K>> entries = new HashMap<>();
  private final Lane<K> first = new Lane<>();
  private final Lane<K> others = new Lane<>();
  private long sequence;

  /** Keys of the first lane handed out since one of the others, while those were due. */
  private int inARow;

  private boolean closed;

  /**
   * @param pace shortest time between the starts of two passes over one key that events asked for
   */
  public WorkQueue(Ticker ticker, Backoff backoff, Duration pace, Lanes<K> lanes) {
    this.ticker = ticker;
    this.backoff = backoff;
    this.lanes = lanes;
    this.pace = pace.toNanos();
    this.origin = ticker.nanos();
  }

  /** Asks for a pass as soon as the pace allows. */
  public void add(K key) {
    lock.lock();
    try {
      Entry<K> entry = entry(key);
      schedule(key, entry, Math.max(now(), entry.started + pace));
    } finally {
      lock.unlock();
    }
  }

  /** Asks for a pass after a time; an earlier one makes it superfluous. */
  public void addAfter(K key, Duration delay) {
    lock.lock();
    try {
      Entry<K> entry = entry(key);
      schedule(key, entry, Math.max(now() + delay.toNanos(), entry.started + pace));
    } finally {
      lock.unlock();
    }
  }

  /** The key whose turn it is, without waiting. */
  public Next<K> poll() {
    lock.lock();
    try {
      return next();
    } finally {
      lock.unlock();
    }
  }

  /** Waits for a due key; empty when the queue is closed. */
  public Optional<K> take() throws InterruptedException {
    lock.lockInterruptibly();
    try {
      while (true) {
        switch (next()) {
          case Next.Work<K>(K key) -> {
            return Optional.of(key);
          }
          case Next.Wait<K>(Duration time) -> {
            var _ = changed.await(time.toNanos(), TimeUnit.NANOSECONDS);
          }
          case Next.Idle<K>() -> changed.await();
          case Next.Closed<K>() -> {
            return Optional.empty();
          }
        }
      }
    } finally {
      lock.unlock();
    }
  }

  /** Gives a key back that {@link #poll} or {@link #take} handed out. */
  public void finish(K key, Outcome outcome) {
    lock.lock();
    try {
      Entry<K> entry = entries.get(key);
      if (entry == null || !entry.processing) {
        throw new IllegalStateException("finished without having been taken: " + key);
      }
      entry.processing = false;
      entry.lane.out--;
      switch (outcome) {
        case Outcome.Done d -> entry.failures = 0;
        case Outcome.Again(Duration after) -> {
          entry.failures = 0;
          entry.due = Math.min(entry.due, now() + after.toNanos());
        }
        case Outcome.Failed(Duration notBefore) -> {
          entry.failures++;
          long wait = Math.max(notBefore.toNanos(), backoff.after(entry.failures).toNanos());
          entry.due = Math.min(entry.due, now() + wait);
        }
      }
      // Without a due time this marks when the pace is over and the key can be forgotten.
      push(key, entry, entry.due == NONE ? entry.started + pace : entry.due);
    } finally {
      lock.unlock();
    }
  }

  /** Keys that wait for a pass, due or not; those with a worker are not counted. */
  public int waiting() {
    lock.lock();
    try {
      return (int) entries.values().stream().filter(e -> !e.processing && e.due != NONE).count();
    } finally {
      lock.unlock();
    }
  }

  /** Keys it remembers anything about, for tests of its memory. */
  int known() {
    lock.lock();
    try {
      return entries.size();
    } finally {
      lock.unlock();
    }
  }

  /** Hands out nothing any more. Keys that are with a worker may still be finished. */
  public void close() {
    lock.lock();
    try {
      closed = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private Next<K> next() {
    if (closed) {
      return new Next.Closed<>();
    }
    // Asked once: what is still to come now shall not be due a line later without having been
    // looked at.
    long now = now();
    Due<K> head = head(first, now);
    Due<K> other = others.out < lanes.othersAtOnce() ? head(others, now) : null;
    boolean otherDue = other != null && other.at <= now;
    if (head != null && head.at <= now && (inARow < Lanes.IN_A_ROW || !otherDue)) {
      inARow = otherDue ? inARow + 1 : 0;
      return handOut(first, now);
    }
    if (otherDue) {
      inARow = 0;
      return handOut(others, now);
    }
    long soonest = Math.min(head == null ? NONE : head.at, other == null ? NONE : other.at);
    return soonest == NONE ? new Next.Idle<>() : new Next.Wait<>(Duration.ofNanos(soonest - now));
  }

  /** The first moment of a lane that is still to come, or at which its key is really due. */
  private @Nullable Due<K> head(Lane<K> lane, long now) {
    for (Due<K> due = lane.dues.peek(); due != null && due.at <= now; due = lane.dues.peek()) {
      Entry<K> entry = entries.get(due.key);
      if (entry != null && !entry.processing) {
        if (entry.due == due.at) {
          return due;
        }
        if (entry.due == NONE && entry.started + pace <= now) {
          entries.remove(due.key);
        }
      }
      lane.dues.remove();
    }
    return lane.dues.peek();
  }

  private Next<K> handOut(Lane<K> lane, long now) {
    K key = lane.dues.remove().key;
    lane.out++;
    Entry<K> entry = entry(key);
    entry.processing = true;
    entry.due = NONE;
    entry.started = now;
    return new Next.Work<>(key);
  }

  private void schedule(K key, Entry<K> entry, long at) {
    if (closed || entry.due <= at) {
      return;
    }
    entry.due = at;
    if (!entry.processing) {
      push(key, entry, at);
    }
  }

  private void push(K key, Entry<K> entry, long at) {
    entry.lane.dues.add(new Due<>(at, sequence++, key));
    changed.signal();
  }

  private Entry<K> entry(K key) {
    return entries.computeIfAbsent(
        key, k -> new Entry<>(lanes.first().test(k) ? first : others, now() - pace));
  }

  private long now() {
    return ticker.nanos() - origin;
  }

  /** A moment at which a key may be due; the entry says whether it still is. */
  private record Due<K>(long at, long sequence, K key) implements Comparable<Due<K>> {
    @Override
    public int compareTo(Due<K> other) {
      return at != other.at ? Long.compare(at, other.at) : Long.compare(sequence, other.sequence);
    }
  }

  private static final class Lane<K> {
    private final PriorityQueue<Due<K>> dues = new PriorityQueue<>();

    /** Its keys that are with a worker. */
    private int out;
  }

  private static final class Entry<K> {
    private final Lane<K> lane;
    private boolean processing;
    private long due = NONE;
    private long started;
    private int failures;

    Entry(Lane<K> lane, long started) {
      this.lane = lane;
      this.started = started;
    }
  }
}
