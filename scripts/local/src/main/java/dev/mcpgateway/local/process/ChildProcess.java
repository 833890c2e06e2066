package dev.mcpgateway.local.process;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * A process of this platform. It leads a process group of its own, so that its children can be
 * ended with it.
 */
public final class ChildProcess {
  private final String name;
  private final Process process;

  ChildProcess(String name, Process process) {
    this.name = name;
    this.process = process;
  }

  public String name() {
    return name;
  }

  public long pid() {
    return process.pid();
  }

  public boolean alive() {
    return process.isAlive();
  }

  /**
   * Waits for the end. The exit code of a process ended by a signal is 128 + its number, as in a
   * shell.
   */
  public int waitFor() throws InterruptedException {
    return process.waitFor();
  }

  /** Waits at most {@code limit}; true when the process has ended. */
  public boolean waitFor(Duration limit) throws InterruptedException {
    return process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS);
  }

  /**
   * SIGTERM to the process itself, as a container runtime signals only the first process of a
   * container.
   */
  public void terminate() {
    process.destroy();
  }

  /** SIGKILL to the process and to everything it has started in its group. */
  public void kill() {
    process.destroyForcibly();
    Signals.killGroup(process.pid());
  }
}
