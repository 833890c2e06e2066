package dev.mcpgateway.broker.status;

import dev.mcpgateway.broker.api.config.ServerConfig;
import dev.mcpgateway.broker.api.status.BrokerStatus;
import dev.mcpgateway.broker.api.status.ConfigStatus;
import dev.mcpgateway.broker.api.status.ServerStatus;
import dev.mcpgateway.broker.upstream.UpstreamSnapshot;
import dev.mcpgateway.broker.upstream.UpstreamState;
import dev.mcpgateway.broker.upstream.UpstreamState.Condition.Down;
import dev.mcpgateway.broker.upstream.UpstreamState.Condition.Up;
import dev.mcpgateway.broker.upstream.UpstreamState.Condition.Waiting;
import java.time.Instant;
import java.util.List;

/**
 * Puts what is known of the servers into the words of {@code /status}. Pure. The words {@code
 * connection refused}, {@code unsupported protocol version} and {@code conflict} in them are a
 * contract with the guide's tooling.
 */
final class StatusBuilder {
  private static final int MAX_NAMES = 10;

  private StatusBuilder() {}

  static BrokerStatus build(UpstreamSnapshot snapshot, ConfigStatus config, Instant now) {
    List<ServerStatus> servers =
        snapshot.config().servers().stream().map(server -> status(server, snapshot, now)).toList();
    int conflicts = snapshot.conflicts().values().stream().mapToInt(List::size).sum();
    return BrokerStatus.of(servers, conflicts, now, config);
  }

  private static ServerStatus status(ServerConfig server, UpstreamSnapshot snapshot, Instant now) {
    UpstreamState state = snapshot.states().get(server.name());
    if (state == null) {
      return down(server, now, server.enabled() ? "not asked yet" : "disabled");
    }
    return switch (state.condition()) {
      case Waiting() -> down(server, state.lastValidated(), "not asked yet");
      case Down(String reason) -> down(server, state.lastValidated(), "not served: " + reason);
      case Up up ->
          up(server, state, up, snapshot.conflicts().getOrDefault(server.name(), List.of()));
    };
  }

  private static ServerStatus down(ServerConfig server, Instant asked, String message) {
    return new ServerStatus(id(server), server.name(), asked, message, false, 0, null);
  }

  private static ServerStatus up(
      ServerConfig server, UpstreamState state, Up up, List<String> conflicts) {
    int tools = state.tools().size() - conflicts.size();
    String message =
        conflicts.isEmpty()
            ? "server added successfully. Total tools added %d".formatted(tools)
            : "conflicting tools discovered. conflicting tool names [%s]"
                .formatted(names(conflicts));
    for (String note : up.notes()) {
      message += "; " + note;
    }
    return new ServerStatus(
        id(server),
        server.name(),
        state.lastValidated(),
        message,
        conflicts.isEmpty(),
        tools,
        up.protocolVersion());
  }

  private static String names(List<String> conflicts) {
    String names = String.join(" ", conflicts.stream().limit(MAX_NAMES).toList());
    return conflicts.size() <= MAX_NAMES
        ? names
        : names + " and %d more".formatted(conflicts.size() - MAX_NAMES);
  }

  private static String id(ServerConfig server) {
    return "%s:%s:%s".formatted(server.name(), server.toolPrefix(), server.hostname());
  }
}
