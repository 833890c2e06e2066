package dev.mcpgateway.controller.management;

import dev.mcpgateway.controller.api.cache.WatchState;
import dev.mcpgateway.controller.queue.Ticker;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * Whether the process is of use. Ready: its caches are whole. Alive: its watches are live, or have
 * not been down for longer than the grace, and its threads run. An API server that is away for a
 * while is no reason to restart.
 */
public final class Health {
  /** How long watches may be down before a restart is worth trying. */
  public static final Duration GRACE = Duration.ofMinutes(3);

  private final BooleanSupplier synced;
  private final Map<String, Supplier<WatchState>> watches;
  private final BooleanSupplier working;
  private final Ticker ticker;
  private long lastWatching;

  /**
   * @param synced every cache has been filled once
   * @param watches how the watch of each kind is doing
   * @param working the threads that should run do
   */
  public Health(
      BooleanSupplier synced,
      Map<String, Supplier<WatchState>> watches,
      BooleanSupplier working,
      Ticker ticker) {
    this.synced = synced;
    this.watches = watches;
    this.working = working;
    this.ticker = ticker;
    this.lastWatching = ticker.nanos();
  }

  /** What keeps it from being ready; empty when it is. */
  public List<String> notReady() {
    return synced.getAsBoolean() ? List.of() : List.of("caches are not filled yet");
  }

  /** What is broken beyond waiting; empty when nothing is. */
  public synchronized List<String> notAlive() {
    long now = ticker.nanos();
    // Before the first sync a restart would not help: a missing CRD or role stays missing.
    List<String> down = down();
    if (down.isEmpty() || !synced.getAsBoolean()) {
      lastWatching = now;
    }
    List<String> broken = new ArrayList<>();
    if (now - lastWatching > GRACE.toNanos()) {
      broken.add("a watch has been down for more than %s, now of %s".formatted(GRACE, down));
    }
    if (!working.getAsBoolean()) {
      broken.add("a worker has ended");
    }
    return broken;
  }

  private List<String> down() {
    return watches.entrySet().stream()
        .filter(watch -> !watch.getValue().get().live())
        .map(Map.Entry::getKey)
        .sorted()
        .toList();
  }
}
