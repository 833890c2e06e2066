package dev.mcpgateway.controller;

import io.fabric8.kubernetes.client.Watcher;
import io.fabric8.kubernetes.client.WatcherException;
import java.util.function.Consumer;

/** A watch that hands every state of an object to a test. */
final class Watching {
  private Watching() {}

  static <T> Watcher<T> each(Consumer<T> state) {
    return new Watcher<>() {
      @Override
      public void eventReceived(Action action, T object) {
        state.accept(object);
      }

      @Override
      public void onClose(WatcherException cause) {
        // What was not seen shows in the assertion.
      }
    };
  }
}
