package dev.mcpgateway.broker.upstream;

import dev.mcpgateway.broker.api.config.ServerConfig;
import dev.mcpgateway.broker.catalog.Offer;
import dev.mcpgateway.broker.catalog.OfferedTool;
import java.time.Instant;
import java.util.List;

/**
 * One server as it was found last.
 *
 * @param lastValidated when it was asked last, or when the broker began to know it
 * @param tools what it serves, or served before it went away
 */
public record UpstreamState(
    ServerConfig server, Instant lastValidated, Condition condition, List<OfferedTool> tools) {
  public UpstreamState {
    tools = List.copyOf(tools);
  }

  /** How a server is. */
  public sealed interface Condition {

    /** Not asked yet. */
    record Waiting() implements Condition {}

    /**
     * Answers.
     *
     * @param protocolVersion the negotiated revision
     * @param notes what is missing of its tools, for people; usually empty
     */
    record Up(String protocolVersion, List<String> notes) implements Condition {
      public Up {
        notes = List.copyOf(notes);
      }
    }

    /**
     * Does not answer, or not usably.
     *
     * @param reason for people
     */
    record Down(String reason) implements Condition {}
  }

  static UpstreamState waiting(ServerConfig server, Instant now) {
    return new UpstreamState(server, now, new Condition.Waiting(), List.of());
  }

  /**
   * Where a server with a changed configuration begins: what was read under the same prefix stays
   * until the first answer under the new configuration.
   */
  UpstreamState under(ServerConfig changed, Instant now) {
    return server.toolPrefix().equals(changed.toolPrefix())
        ? new UpstreamState(changed, lastValidated, condition, tools)
        : waiting(changed, now);
  }

  boolean isWaiting() {
    return condition instanceof Condition.Waiting;
  }

  /** What the catalogue makes of it. */
  Offer offer() {
    return new Offer(tools, condition instanceof Condition.Up);
  }
}
