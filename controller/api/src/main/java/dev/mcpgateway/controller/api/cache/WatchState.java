package dev.mcpgateway.controller.api.cache;

/**
 * How a watch is doing.
 *
 * @param live now; false for a moment while it is renewed
 * @param failures since the start, each of which was answered by another attempt: an API server
 *     that is away, a right that is missing, an object that cannot be read
 */
public record WatchState(boolean live, long failures) {
  /** Two watches taken for one. */
  public WatchState and(WatchState other) {
    return new WatchState(live && other.live, failures + other.failures);
  }
}
