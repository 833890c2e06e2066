package dev.mcpgateway.broker.upstream;

import java.time.Duration;

/**
 * How long and how much a server is listened to.
 *
 * @param connectTimeout until the connection stands
 * @param requestTimeout from sending a request to the last byte of its answer
 * @param checkInterval between two readings of the tools of a server that answers
 * @param firstRetry first pause after a failure; doubles up to {@code maxRetry}
 * @param maxRetry longest pause between two attempts
 * @param refreshGap shortest time between two readings, however often a server says that its tools
 *     changed
 */
public record UpstreamLimits(
    Duration connectTimeout,
    Duration requestTimeout,
    Duration checkInterval,
    Duration firstRetry,
    Duration maxRetry,
    Duration refreshGap) {

  /** Most tools that are served of one server. */
  static final int MAX_TOOLS = 5_000;

  /** Most pages of one list. */
  static final int MAX_PAGES = 200;

  /** Largest definition of one tool, in bytes. */
  static final int MAX_DEFINITION = 256 * 1024;

  /** Largest sum of the definitions of one server, in bytes. */
  static final int MAX_DEFINITIONS = 16 * 1024 * 1024;

  /** Longest name clients see, prefix included (MCP 2025-11-25, Tools, Tool Names). */
  static final int MAX_NAME = 128;

  /** Most servers that are asked at the same time. */
  static final int MAX_CONCURRENT = 64;

  /** The usual values around a check interval. */
  public static UpstreamLimits withCheckInterval(Duration checkInterval) {
    return new UpstreamLimits(
        Duration.ofSeconds(5),
        Duration.ofSeconds(15),
        checkInterval,
        Duration.ofSeconds(1),
        Duration.ofSeconds(10),
        Duration.ofSeconds(1));
  }
}
