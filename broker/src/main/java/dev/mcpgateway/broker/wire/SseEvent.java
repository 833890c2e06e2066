package dev.mcpgateway.broker.wire;

import org.jspecify.annotations.Nullable;

/**
 * One server-sent event (WHATWG HTML §9.2; MCP 2025-11-25 §Streamable HTTP).
 *
 * @param type the field {@code event}; {@code message} when absent
 * @param id the last event id seen on the stream; null before the first one
 * @param data the lines of {@code data}, joined with line feeds; empty for a priming event
 */
public record SseEvent(String type, @Nullable String id, String data) {
  /** Size only: events carry messages. */
  @Override
  public String toString() {
    return "SseEvent[type=%s, %d characters]".formatted(type, data.length());
  }
}
