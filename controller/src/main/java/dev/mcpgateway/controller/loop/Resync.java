package dev.mcpgateway.controller.loop;

import dev.mcpgateway.controller.observe.Outlook;
import dev.mcpgateway.controller.observe.WorkKey;
import dev.mcpgateway.controller.queue.WorkQueue;
import java.time.Duration;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Looks at every key again now and then, one after the other. What somebody else has written into
 * our statuses changes no inputs, so nothing else would ask for a pass; a pass that finds nothing
 * writes nothing.
 */
public final class Resync implements AutoCloseable {
  /** Time for one round over all keys. */
  public static final Duration PERIOD = Duration.ofMinutes(10);

  /**
   * Until there is something to look at: a leader begins before it has looked for the first time.
   */
  private static final Duration EMPTY = Duration.ofSeconds(1);

  private final Supplier<Outlook> present;
  private final WorkQueue<WorkKey> queue;
  private final Duration period;
  private final Thread thread = Thread.ofVirtual().name("resync").unstarted(this::run);

  public Resync(Supplier<Outlook> present, WorkQueue<WorkKey> queue, Duration period) {
    this.present = present;
    this.queue = queue;
    this.period = period;
  }

  public void start() {
    thread.start();
  }

  /** Whether rounds are still made. */
  public boolean alive() {
    return thread.isAlive();
  }

  @Override
  public void close() {
    thread.interrupt();
  }

  private void run() {
    try {
      while (true) {
        Set<WorkKey> keys = present.get().changedSince(Outlook.EMPTY);
        if (keys.isEmpty()) {
          Thread.sleep(EMPTY);
          continue;
        }
        // The pause comes first: everything has just been looked at when a leader begins.
        Duration pause = period.dividedBy(keys.size());
        for (WorkKey key : keys) {
          Thread.sleep(pause);
          queue.add(key);
        }
      }
    } catch (InterruptedException e) {
      // Closed.
    }
  }
}
