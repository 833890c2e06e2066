package dev.mcpgateway.controller.loop;

import dev.mcpgateway.controller.observe.Outlook;
import dev.mcpgateway.controller.observe.WorkKey;
import dev.mcpgateway.controller.queue.Ticker;
import dev.mcpgateway.controller.queue.WorkQueue;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * From "something changed" to keys: takes a new outlook, compares it with the one before, and
 * queues every key whose inputs differ. What triggers a pass is therefore exactly what a pass
 * reads.
 *
 * <p>One thread; changes that arrive during a comparison are compared together. A comparison costs
 * time in proportion to the cluster, so after one of them the next waits four times as long as it
 * took (at least {@link #GAP}, at most {@link #LONGEST_GAP}): a fifth of a core while things
 * change, and a change under other people's changes still arrives within a second.
 */
public final class Triggers implements AutoCloseable {
  /** Shortest time between two comparisons. */
  public static final Duration GAP = Duration.ofMillis(20);

  /** Longest time between two comparisons. */
  public static final Duration LONGEST_GAP = Duration.ofMillis(500);

  /**
   * How long a key may wait for something the controller itself is about to do (write a
   * configuration) before its present state is told: long enough that a first status is the real
   * one.
   */
  public static final Duration SETTLE = Duration.ofSeconds(1);

  private static final Logger log = LoggerFactory.getLogger(Triggers.class);
  private static final int SHARE = 4;

  private final Supplier<Outlook> observer;
  private final WorkQueue<WorkKey> queue;
  private final Ticker ticker;
  private final Semaphore dirty = new Semaphore(0);
  private final Thread thread;
  private volatile Outlook present = Outlook.EMPTY;

  /**
   * @param observer takes a fresh outlook
   */
  public Triggers(Supplier<Outlook> observer, WorkQueue<WorkKey> queue, Ticker ticker) {
    this.observer = observer;
    this.queue = queue;
    this.ticker = ticker;
    this.thread = Thread.ofVirtual().name("triggers").unstarted(this::run);
  }

  /** Begins with everything: against an empty outlook every key has changed. */
  public void start() {
    changed();
    thread.start();
  }

  /** Something has changed; returns at once. */
  public void changed() {
    dirty.release();
  }

  /** The latest outlook. */
  public Outlook present() {
    return present;
  }

  /** Whether comparisons still happen. */
  public boolean alive() {
    return thread.isAlive();
  }

  @Override
  public void close() {
    thread.interrupt();
  }

  /** One comparison; also what tests call. */
  Set<WorkKey> compare() {
    Outlook now = observer.get();
    Set<WorkKey> keys = now.changedSince(present);
    // Published before the keys are queued: a worker never sees inputs older than its key.
    present = now;
    for (WorkKey key : keys) {
      if (now.settling(key)) {
        queue.addAfter(key, SETTLE);
      } else {
        queue.add(key);
      }
    }
    return keys;
  }

  private void run() {
    try {
      while (true) {
        dirty.acquire();
        dirty.drainPermits();
        long started = ticker.nanos();
        try {
          compare();
        } catch (RuntimeException e) {
          // The edge of this thread: whatever one comparison stumbled over, the next one follows.
          log.atError().setCause(e).log("Comparison failed, repeating");
          dirty.release();
          Thread.sleep(SETTLE);
          continue;
        }
        Thread.sleep(gap(Duration.ofNanos(ticker.nanos() - started)));
      }
    } catch (InterruptedException e) {
      // Closed.
    }
  }

  static Duration gap(Duration took) {
    Duration share = took.multipliedBy(SHARE);
    if (share.compareTo(GAP) < 0) {
      return GAP;
    }
    return share.compareTo(LONGEST_GAP) > 0 ? LONGEST_GAP : share;
  }
}
