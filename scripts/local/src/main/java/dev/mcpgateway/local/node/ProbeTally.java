package dev.mcpgateway.local.node;

/** Counts probe results against the thresholds. Not thread-safe: one prober owns it. */
final class ProbeTally {
  private final int failureThreshold;
  private final int successThreshold;
  private boolean last;
  private int run;

  ProbeTally(int failureThreshold, int successThreshold) {
    this.failureThreshold = failureThreshold;
    this.successThreshold = successThreshold;
  }

  /** What a series of results says. */
  enum Verdict {
    SUCCESS,
    FAILURE,
    UNDECIDED
  }

  Verdict add(boolean success) {
    run = success == last ? run + 1 : 1;
    last = success;
    if (success) {
      return run >= successThreshold ? Verdict.SUCCESS : Verdict.UNDECIDED;
    }
    return run >= failureThreshold ? Verdict.FAILURE : Verdict.UNDECIDED;
  }
}
