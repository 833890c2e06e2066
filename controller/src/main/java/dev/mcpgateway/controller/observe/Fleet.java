package dev.mcpgateway.controller.observe;

import static java.util.stream.Collectors.toMap;
import static java.util.stream.Collectors.toUnmodifiableSet;

import dev.mcpgateway.broker.api.config.ConfigVersions;
import dev.mcpgateway.broker.api.config.GatewayConfig;
import dev.mcpgateway.broker.api.config.ServerConfig;
import dev.mcpgateway.broker.api.config.VirtualServerConfig;
import dev.mcpgateway.broker.api.push.BrokerReport;
import dev.mcpgateway.broker.api.push.ServerReport;
import dev.mcpgateway.controller.delivery.ReplicaState;
import dev.mcpgateway.controller.secrets.StoredConfig;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The broker replicas of one instance, what is stored for them, and what they report, by server.
 */
final class Fleet {
  /** Nothing is stored and nobody is there. */
  static final Fleet NOBODY = new Fleet(List.of(), null);

  private final List<ReplicaState> replicas;
  private final Rollout rollout;
  private final @Nullable StoredConfig stored;
  private final List<BrokerReport> reports;

  /** Every tool that is served; null when that cannot be told. */
  private final @Nullable Set<String> served;

  private final @Nullable Integer toolsServed;
  private final int omitted;
  private final Map<String, List<Told>> servers = new HashMap<>();
  private @Nullable Map<String, ServerConfig> storedServers;
  private @Nullable Set<VirtualServerConfig> storedVirtualServers;

  /**
   * What a replica tells of a server.
   *
   * @param current the replica runs exactly what is stored
   */
  private record Told(String pod, ServerReport report, boolean current) {
    /** Brokers that do not tell what they mean mean what they run. */
    boolean about(Server server) {
      String config = report.config();
      return config == null ? current : config.equals(server.fingerprint());
    }
  }

  Fleet(List<ReplicaState> replicas, @Nullable StoredConfig stored) {
    this.replicas = List.copyOf(replicas);
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
    this.served = served();
    inOrder.forEach(this::add);
  }

  /** The same one as before unless something about it has changed. */
  static Fleet of(List<ReplicaState> replicas, @Nullable StoredConfig stored, Fleet before) {
    return before.replicas.equals(replicas) && Objects.equals(before.stored, stored)
        ? before
        : new Fleet(replicas, stored);
  }

  private @Nullable Set<String> served() {
    List<ServerReport> all =
        reports.stream().map(BrokerReport::servers).flatMap(List::stream).toList();
    boolean whole = all.stream().allMatch(s -> s.tools().size() == s.toolCount());
    return toolsServed == null || !whole || omitted > 0
        ? null
        : all.stream().flatMap(s -> s.tools().stream()).collect(toUnmodifiableSet());
  }

  private void add(ReplicaState replica) {
    BrokerReport report = replica.heard();
    if (report != null) {
      boolean current = Rollout.current(replica, stored);
      report
          .servers()
          .forEach(s ->
              servers
                  .computeIfAbsent(s.name(), n -> new ArrayList<>())
                  .add(new Told(replica.pod(), s, current)));
    }
  }

  Rollout rollout() {
    return rollout;
  }

  /** Whether a server is stored exactly as it is wanted; as for {@link #storedVirtualServers}. */
  boolean stored(Server server) {
    Map<String, ServerConfig> present = storedServers;
    if (present == null) {
      present = config().servers().stream().collect(toMap(ServerConfig::name, s -> s));
      storedServers = present;
    }
    return server.config().equals(present.get(server.name()));
  }

  /**
   * To be asked for instances only: what somebody has put where there is no extension is not read.
   */
  Set<VirtualServerConfig> storedVirtualServers() {
    Set<VirtualServerConfig> present = storedVirtualServers;
    if (present == null) {
      present = Set.copyOf(config().virtualServers());
      storedVirtualServers = present;
    }
    return present;
  }

  private GatewayConfig config() {
    return stored == null ? GatewayConfig.EMPTY : stored.config();
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
  Reach reach(Server server) {
    List<Told> about =
        servers.getOrDefault(server.name(), List.of()).stream()
            .filter(told -> told.about(server))
            .toList();
    List<ServerReport> up =
        about.stream().map(Told::report).filter(ServerReport::connected).toList();
    return new Reach(
        rollout(about),
        up.size(),
        up.isEmpty() ? null : up.getFirst(),
        about.stream().map(Told::report).filter(r -> !r.connected()).findFirst().orElse(null),
        omitted);
  }

  /**
   * How far a server has come: also to replicas that run another configuration with the same server
   * in it, so that a change of one server says nothing about the others.
   */
  private Rollout rollout(List<Told> about) {
    Set<String> others =
        about.stream().filter(told -> !told.current()).map(Told::pod).collect(toUnmodifiableSet());
    return others.isEmpty() ? rollout : Rollout.of(replicas, stored, others);
  }

  /** Which of these tools are served; null when that cannot be told. */
  @Nullable Selection select(List<String> tools) {
    if (served == null) {
      return null;
    }
    List<String> unknown =
        tools.stream().filter(t -> !served.contains(t)).distinct().sorted().toList();
    return new Selection((int) tools.stream().distinct().count() - unknown.size(), unknown);
  }
}
