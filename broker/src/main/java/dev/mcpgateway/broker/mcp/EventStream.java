package dev.mcpgateway.broker.mcp;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * What one client's stream has to say next. There is one kind of notification and it carries no
 * data, so nothing is queued: any number of changes before the next write are one.
 */
final class EventStream {
  /** Shortest time between two notifications. */
  private static final Duration GAP = Duration.ofSeconds(1);

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition signalled = lock.newCondition();
  private boolean changed;
  private boolean ended;
  private long lastNotified = System.nanoTime() - GAP.toNanos();

  /** Next thing to do. */
  enum Signal {
    /** Write {@code notifications/tools/list_changed}. */
    LIST_CHANGED,
    /** Nothing happened: show that the stream is alive. */
    HEARTBEAT,
    /** Close the stream. */
    END
  }

  /** The list of tools changed. */
  void listChanged() {
    signal(() -> changed = true);
  }

  /** The stream shall end. */
  void end() {
    signal(() -> ended = true);
  }

  /** Waits for the next thing to do, {@code atMost} this long. */
  Signal await(Duration atMost) throws InterruptedException {
    long deadline = System.nanoTime() + atMost.toNanos();
    lock.lock();
    try {
      while (!ended) {
        long now = System.nanoTime();
        long quiet = lastNotified + GAP.toNanos() - now;
        if (changed && quiet <= 0) {
          changed = false;
          lastNotified = now;
          return Signal.LIST_CHANGED;
        }
        if (deadline - now <= 0) {
          return Signal.HEARTBEAT;
        }
        long wait = changed ? Math.min(quiet, deadline - now) : deadline - now;
        var _ = signalled.await(wait, TimeUnit.NANOSECONDS);
      }
      return Signal.END;
    } finally {
      lock.unlock();
    }
  }

  private void signal(Runnable change) {
    lock.lock();
    try {
      change.run();
      signalled.signalAll();
    } finally {
      lock.unlock();
    }
  }
}
