package dev.mcpgateway.controller.queue;

/**
 * Monotonic time in nanoseconds with an arbitrary origin. Delays are measured with it, so that a
 * wall clock that is set forth or back neither hurries nor stalls anybody.
 */
@FunctionalInterface
public interface Ticker {
  long nanos();

  static Ticker system() {
    return System::nanoTime;
  }
}
