package dev.mcpgateway.broker.catalog;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;

/** The catalogue in force: one writer swaps it whole, any number of readers take the reference. */
public final class LiveCatalog implements Supplier<Catalog> {
  private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
  private volatile Catalog current = Catalog.EMPTY;

  @Override
  public Catalog get() {
    return current;
  }

  /**
   * Calls {@code listener} after every swap that changes what a client may list; must not block.
   */
  public void onListChange(Runnable listener) {
    listeners.add(listener);
  }

  /** Makes {@code next} the one in force. */
  public void publish(Catalog next) {
    Catalog previous = current;
    current = next;
    if (!previous.sameLists(next)) {
      listeners.forEach(Runnable::run);
    }
  }
}
