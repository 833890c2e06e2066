package dev.mcpgateway.webhook.bench;

/**
 * One call.
 *
 * @param phase what else was going on
 * @param side {@code webhook}: from the first byte of a review to its answer; {@code client}: the
 *     whole create
 * @param kind of the object, {@code ConfigMap} for one that nobody reviews
 */
record Sample(String phase, String side, String kind, long micros) {
  static final String WEBHOOK = "webhook";
  static final String CLIENT = "client";
}
