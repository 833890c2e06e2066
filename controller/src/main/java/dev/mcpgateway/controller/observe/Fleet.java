package dev.mcpgateway.controller.observe;

import dev.mcpgateway.broker.api.config.ConfigVersions;
import dev.mcpgateway.broker.api.push.BrokerReport;
import dev.mcpgateway.broker.api.push.ServerReport;
import dev.mcpgateway.controller.delivery.ReplicaState;
import dev.mcpgateway.controller.secrets.StoredConfig;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The broker replicas of one instance and what they report, by server. */
final class Fleet {
  private final Rollout rollout;
  private final @Nullable StoredConfig stored;
  private final List<BrokerReport> reports;
  private final @Nullable Integer toolsServed;
  private final Map<String, List<ServerReport>> servers = new HashMap<>();

  Fleet(List<ReplicaState> replicas, @Nullable StoredConfig stored) {
    this.rollout = Rollout.of(replicas, stored);
    this.stored = stored;
    this.reports =
        replicas.stream()
            .sorted(Comparator.comparing(ReplicaState::pod))
            .map(ReplicaState::report)
            .filter(Objects::nonNull)
            .toList();
    this.toolsServed =
        reports.stream().map(BrokerReport::toolsServed).max(Integer::compare).orElse(null);
    for (BrokerReport report : reports) {
      report
          .servers()
          .forEach(s -> servers.computeIfAbsent(s.name(), n -> new ArrayList<>()).add(s));
    }
  }

  Rollout rollout() {
    return rollout;
  }

  /** Most tools a replica serves; null when none has reported. */
  @Nullable Integer toolsServed() {
    return toolsServed;
  }

  /**
   * The largest version of a replica that would not take what is stored: its own is larger, or the
   * same with another document. Happens when the stored version was set back or lost, or was
   * written by a leader whose clock was behind. 0 when there is none; one that is merely behind is
   * on its way. What no clock can have made is ignored: after it there would be no next version.
   */
  long ahead(Instant now) {
    long version = stored == null ? 0 : stored.version();
    String hash = stored == null ? "" : stored.hash();
    return reports.stream()
        .filter(r -> r.version() > 0 && ConfigVersions.plausible(r.version(), now))
        .filter(r -> r.version() > version || (r.version() == version && !r.hash().equals(hash)))
        .mapToLong(BrokerReport::version)
        .max()
        .orElse(0);
  }

  /** What the replicas say of one server. */
  Reach reach(String server) {
    List<ServerReport> reports = servers.getOrDefault(server, List.of());
    return new Reach(
        rollout,
        (int) reports.stream().filter(ServerReport::connected).count(),
        reports.stream()
            .filter(ServerReport::connected)
            .findFirst()
            .or(() -> reports.stream().findFirst())
            .orElse(null));
  }

  /** Which of these tools are served; null when that cannot be told. */
  @Nullable Selection select(List<String> tools) {
    boolean whole =
        servers.values().stream()
            .flatMap(List::stream)
            .allMatch(s -> s.tools().size() == s.toolCount());
    if (toolsServed == null || !whole) {
      return null;
    }
    Set<String> served = new HashSet<>();
    servers.values().stream().flatMap(List::stream).forEach(s -> served.addAll(s.tools()));
    List<String> unknown =
        tools.stream().filter(t -> !served.contains(t)).distinct().sorted().toList();
    return new Selection((int) tools.stream().distinct().count() - unknown.size(), unknown);
  }
}
