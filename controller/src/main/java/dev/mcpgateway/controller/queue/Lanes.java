package dev.mcpgateway.controller.queue;

import java.util.function.Predicate;

/**
 * Who goes before whom. Keys of the first lane go before all others, except that after {@link
 * #IN_A_ROW} of them somebody of the others who is due goes in between: nobody waits for ever. And
 * the others never occupy every worker, so that a key of the first lane does not wait for the end
 * of a slow pass.
 *
 * @param first whether a key belongs to the first lane; always the same answer for the same key
 * @param othersAtOnce most keys of the others that are with workers at once, at least 1
 */
public record Lanes<K>(Predicate<K> first, int othersAtOnce) {
  /** Most keys of the first lane that are served one after the other while others are due. */
  static final int IN_A_ROW = 4;

  public Lanes {
    if (othersAtOnce < 1) {
      throw new IllegalArgumentException("the others would never be served");
    }
  }

  /** Keeps a quarter of the workers, at least one of several, free for the first lane. */
  public static <K> Lanes<K> of(Predicate<K> first, int workers) {
    return new Lanes<>(first, Math.max(1, workers * 3 / 4));
  }
}
