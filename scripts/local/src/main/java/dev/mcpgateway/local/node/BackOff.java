package dev.mcpgateway.local.node;

import java.time.Duration;

/**
 * How long a container that ended waits for its next start. The shape is the kubelet's (at once,
 * then doubling up to a limit, forgotten after a long run), the times are a tenth of its: nobody at
 * a desk waits five minutes.
 *
 * @param first wait before the second restart
 * @param longest limit
 * @param forgetAfter a run this long counts as a success
 */
record BackOff(Duration first, Duration longest, Duration forgetAfter) {
  static final BackOff DEFAULT =
      new BackOff(Duration.ofSeconds(1), Duration.ofSeconds(30), Duration.ofSeconds(60));

  /** Short runs in a row after one more run. */
  int failures(int before, Duration lastRun) {
    return lastRun.compareTo(forgetAfter) >= 0 ? 1 : before + 1;
  }

  /** Wait after so many short runs in a row, counted from 1. */
  Duration delay(int failures) {
    if (failures <= 1) {
      return Duration.ZERO;
    }
    int doublings = Math.min(failures - 2, 20);
    var wait = first.multipliedBy(1L << doublings);
    return wait.compareTo(longest) > 0 ? longest : wait;
  }
}
