package dev.mcpgateway.controller.observe;

import dev.mcpgateway.broker.api.config.ConfigVersions;
import dev.mcpgateway.broker.api.config.ServerConfig;
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
  private final int omitted;
  private final Map<String, List<Told>> servers = new HashMap<>();

  /**
   * What a replica tells of a server.
   *
   * @param current the replica runs exactly what is stored
   */
  private record Told(ServerReport report, boolean current) {
    /** Brokers that do not tell what they mean mean what they run. */
    boolean about(String fingerprint) {
      String config = report.config();
      return config == null ? current : config.equals(fingerprint);
    }
  }

  Fleet(List<ReplicaState> replicas, @Nullable StoredConfig stored) {
    this.rollout = Rollout.of(replicas, stored);
    this.stored = stored;
    List<ReplicaState> inOrder =
        replicas.stream().sorted(Comparator.comparing(ReplicaState::pod)).toList();
    this.reports = inOrder.stream().map(ReplicaState::heard).filter(Objects::nonNull).toList();
    this.toolsServed =
        reports.stream().map(BrokerReport::toolsServed).max(Integer::compare).orElse(null);
    this.omitted =
        reports.stream()
            .map(BrokerReport::serversOmitted)
            .filter(Objects::nonNull)
            .max(Integer::compare)
            .orElse(0);
    inOrder.forEach(this::add);
  }

  private void add(ReplicaState replica) {
    BrokerReport report = replica.heard();
    if (report != null) {
      boolean current = Rollout.current(replica, stored);
      report
          .servers()
          .forEach(s ->
              servers.computeIfAbsent(s.name(), n -> new ArrayList<>()).add(new Told(s, current)));
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

  /** What the replicas say of one server; what they say of one it once was does not count. */
  Reach reach(ServerConfig server) {
    List<Told> all = servers.getOrDefault(server.name(), List.of());
    String fingerprint = all.isEmpty() ? "" : server.fingerprint();
    List<ServerReport> about =
        all.stream().filter(told -> told.about(fingerprint)).map(Told::report).toList();
    List<ServerReport> up = about.stream().filter(ServerReport::connected).toList();
    return new Reach(
        rollout,
        up.size(),
        up.isEmpty() ? null : up.getFirst(),
        about.stream().filter(r -> !r.connected()).findFirst().orElse(null),
        omitted);
  }

  /** Which of these tools are served; null when that cannot be told. */
  @Nullable Selection select(List<String> tools) {
    List<ServerReport> all =
        reports.stream().map(BrokerReport::servers).flatMap(List::stream).toList();
    boolean whole = all.stream().allMatch(s -> s.tools().size() == s.toolCount());
    if (toolsServed == null || !whole || omitted > 0) {
      return null;
    }
    Set<String> served = new HashSet<>();
    all.forEach(s -> served.addAll(s.tools()));
    List<String> unknown =
        tools.stream().filter(t -> !served.contains(t)).distinct().sorted().toList();
    return new Selection((int) tools.stream().distinct().count() - unknown.size(), unknown);
  }
}
