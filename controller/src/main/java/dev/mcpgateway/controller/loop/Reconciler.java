package dev.mcpgateway.controller.loop;

import dev.mcpgateway.controller.queue.Outcome;

/**
 * Brings what one key stands for closer to what it should be.
 *
 * @param <K> the keys it understands
 */
@FunctionalInterface
public interface Reconciler<K> {
  /**
   * One pass: reads the present inputs, decides, acts. It may be called at any time and any number
   * of times; it never runs twice at once for a key. What it throws means "try again later".
   */
  Outcome reconcile(K key);
}
