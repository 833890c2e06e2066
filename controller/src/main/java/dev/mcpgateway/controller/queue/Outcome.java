package dev.mcpgateway.controller.queue;

import java.time.Duration;

/** What became of one pass over a key. */
public sealed interface Outcome {
  /** Nothing more to do until something changes; earlier failures are forgotten. */
  record Done() implements Outcome {}

  /** All went well, but look again after this time even if nothing changes. */
  record Again(Duration after) implements Outcome {}

  /**
   * Try again, later with every failure in a row.
   *
   * @param notBefore the shortest time to wait, whatever the back-off
   */
  record Failed(Duration notBefore) implements Outcome {}

  Outcome DONE = new Done();
  Outcome FAILED = new Failed(Duration.ZERO);
}
