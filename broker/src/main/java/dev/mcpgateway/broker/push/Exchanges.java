package dev.mcpgateway.broker.push;

import java.util.LinkedHashSet;
import java.util.UUID;

/**
 * The exchanges of the controller that were begun last. Somebody on the network who repeats a
 * request can do nothing with the answer, but would wait in a place that is the controller's.
 */
final class Exchanges {
  /** At thirty seconds for each while nothing happens, those of three days; less than 1 MiB. */
  static final int REMEMBERED = 10_000;

  private final LinkedHashSet<UUID> begun = new LinkedHashSet<>();

  /** Whether this one is seen for the first time, as far as that is remembered. */
  synchronized boolean begin(UUID exchange) {
    if (!begun.add(exchange)) {
      return false;
    }
    if (begun.size() > REMEMBERED) {
      begun.removeFirst();
    }
    return true;
  }
}
