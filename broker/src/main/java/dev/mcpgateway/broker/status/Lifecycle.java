package dev.mcpgateway.broker.status;

/**
 * Where this process is between start and end. Written by the thread that starts and the one that
 * stops it, read by everybody.
 */
public final class Lifecycle {
  private volatile boolean warm;
  private volatile boolean draining;

  /** The code of the hot path has run often enough to be compiled. */
  public void warmedUp() {
    warm = true;
  }

  /** The process is about to stop: it still answers, but wants no new clients. */
  public void drain() {
    draining = true;
  }

  /** Whether {@link #warmedUp} was called. */
  public boolean isWarm() {
    return warm;
  }

  /** Whether {@link #drain} was called. */
  public boolean isDraining() {
    return draining;
  }
}
