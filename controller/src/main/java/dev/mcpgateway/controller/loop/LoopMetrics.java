package dev.mcpgateway.controller.loop;

import java.time.Duration;

/** What a loop tells about itself; wired to the metrics of the process. */
public interface LoopMetrics {
  /** How a pass ended. */
  enum Result {
    DONE,
    AGAIN,
    FAILED,
    /** Somebody else had written first; the pass is repeated with what they wrote. */
    CONFLICT
  }

  /** A pass over a key of this kind ended. */
  void pass(String kind, Result result, Duration took);

  /** Tells nobody. */
  LoopMetrics NONE = (kind, result, took) -> {};
}
