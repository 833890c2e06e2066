package dev.mcpgateway.broker.poll;

import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Does something again and again on a thread of its own, whatever becomes of it each time. */
public final class Poll implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Poll.class);

  private final String name;
  private final Duration interval;
  private final Task task;
  private final Thread thread;

  /** What is done. */
  @FunctionalInterface
  public interface Task {
    void run() throws InterruptedException;
  }

  /**
   * @param name of the thread, and in the log
   * @param interval between the end of one time and the beginning of the next
   */
  public Poll(String name, Duration interval, Task task) {
    this.name = name;
    this.interval = interval;
    this.task = task;
    this.thread = Thread.ofVirtual().name(name).unstarted(this::run);
  }

  /** Begins with a pause. */
  public void start() {
    thread.start();
  }

  @Override
  public void close() {
    thread.interrupt();
  }

  private void run() {
    try {
      while (true) {
        Thread.sleep(interval);
        once();
      }
    } catch (InterruptedException e) {
      // Closed.
    }
  }

  private void once() throws InterruptedException {
    try {
      task.run();
    } catch (RuntimeException e) {
      // A fault of ours: without this loop nothing would ever be read again.
      log.atError().setCause(e).addKeyValue("poll", name).log("Reading failed, repeating later");
    }
  }
}
