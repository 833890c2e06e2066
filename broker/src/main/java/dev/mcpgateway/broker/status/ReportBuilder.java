package dev.mcpgateway.broker.status;

import static java.util.Objects.requireNonNull;
import static java.util.stream.Collectors.toMap;

import dev.mcpgateway.broker.api.config.ServerConfig;
import dev.mcpgateway.broker.api.push.BrokerReport;
import dev.mcpgateway.broker.api.push.ServerReport;
import dev.mcpgateway.broker.api.status.BrokerStatus;
import dev.mcpgateway.broker.api.status.ConfigStatus;
import dev.mcpgateway.broker.api.status.ServerStatus;
import dev.mcpgateway.broker.catalog.OfferedTool;
import dev.mcpgateway.broker.upstream.UpstreamSnapshot;
import dev.mcpgateway.broker.upstream.UpstreamState;
import dev.mcpgateway.broker.upstream.UpstreamState.Condition.Down;
import dev.mcpgateway.broker.upstream.UpstreamState.Condition.Up;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Puts what is known into the report the controller gets, in the words of {@code /status}. Pure.
 */
public final class ReportBuilder {
  /** Most names of tools in one report, whatever the number of servers. */
  static final int MAX_NAMES = 20_000;

  private int namesLeft = MAX_NAMES;

  private ReportBuilder() {}

  /** The report, under the given revision. */
  public static BrokerReport build(
      String revision, UpstreamSnapshot snapshot, ConfigStatus config, Instant now) {
    BrokerStatus status = StatusBuilder.build(snapshot, config, now);
    ReportBuilder builder = new ReportBuilder();
    Map<String, ServerConfig> configs =
        snapshot.config().servers().stream().collect(toMap(ServerConfig::name, s -> s));
    List<ServerReport> servers =
        status.servers().stream()
            .map(server -> builder.server(server, snapshot))
            .map(report -> report.about(requireNonNull(configs.get(report.name()))))
            .toList();
    return new BrokerReport(
        revision,
        config.version(),
        config.hash(),
        config.error(),
        servers,
        servers.stream().mapToInt(ServerReport::toolCount).sum(),
        now);
  }

  private ServerReport server(ServerStatus status, UpstreamSnapshot snapshot) {
    UpstreamState state = snapshot.states().get(status.name());
    if (state == null || !(state.condition() instanceof Up)) {
      return new ServerReport(
          status.name(),
          false,
          false,
          null,
          0,
          List.of(),
          List.of(),
          status.message(),
          state != null && state.condition() instanceof Down(String reason) ? reason : null);
    }
    List<String> conflicts = snapshot.conflicts().getOrDefault(status.name(), List.of());
    return new ServerReport(
        status.name(),
        true,
        status.ready(),
        status.protocolVersion(),
        status.totalTools(),
        some(served(state, conflicts), ServerReport.MAX_TOOLS),
        some(conflicts, ServerReport.MAX_CONFLICTS),
        status.message(),
        null);
  }

  private static List<String> served(UpstreamState state, List<String> conflicts) {
    Set<String> elsewhere = new HashSet<>(conflicts);
    return state.tools().stream()
        .map(OfferedTool::servedName)
        .filter(name -> !elsewhere.contains(name))
        .sorted()
        .toList();
  }

  private List<String> some(List<String> names, int limit) {
    List<String> taken =
        new ArrayList<>(names.subList(0, Math.min(names.size(), Math.min(limit, namesLeft))));
    namesLeft -= taken.size();
    return taken;
  }
}
