package dev.mcpgateway.controller.queue;

import java.time.Duration;

/** What a worker finds when it asks the queue for work. */
public sealed interface Next<K> {
  /** A key, now owned by the asker until {@link WorkQueue#finish}. */
  record Work<K>(K key) implements Next<K> {}

  /** Nothing is due; something will be after this time, if nothing is added earlier. */
  record Wait<K>(Duration time) implements Next<K> {}

  /** Nothing is due and nothing will be unless it is added. */
  record Idle<K>() implements Next<K> {}

  /** The queue is closed. */
  record Closed<K>() implements Next<K> {}
}
