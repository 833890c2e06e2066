package dev.mcpgateway.controller.registration;

import dev.mcpgateway.broker.api.push.ServerReport;
import dev.mcpgateway.controller.api.conditions.ConditionNames;
import dev.mcpgateway.controller.api.conditions.Conditions.Wanted;
import dev.mcpgateway.controller.observe.Reach;
import dev.mcpgateway.controller.observe.Rollout;
import dev.mcpgateway.controller.status.Rollouts;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/** From what broker replicas report of a served registration to conditions. Pure. */
final class ReachConditions {
  private static final int MAX_NAMES = 10;

  private ReachConditions() {}

  /** Whether a broker of every instance is connected to the server. */
  static Wanted ready(List<Reach> reaches) {
    return reaches.stream()
        .filter(r -> r.connected() == 0)
        .findFirst()
        .map(r ->
            new Wanted(
                ConditionNames.READY, false, ConditionNames.REGISTRATION_NOT_READY, missing(r)))
        .orElseGet(() ->
            new Wanted(
                ConditionNames.READY,
                true,
                ConditionNames.REGISTRATION_READY,
                up(reaches).stream()
                    .map(ServerReport::message)
                    .map(Rollouts::quote)
                    .distinct()
                    .reduce((one, other) -> one + " | " + other)
                    .orElse("")));
  }

  /**
   * What keeps an instance's brokers from serving the server. The instance may be somebody else's,
   * so neither its namespace nor its brokers' own troubles are told.
   */
  private static String missing(Reach reach) {
    if (reach.rollout().replicas() == 0) {
      return "No broker replica of the MCP gateway is ready.";
    }
    if (reach.down() != null) {
      return "No broker replica of the MCP gateway is connected to the server: "
          + Rollouts.quote(reach.down().message());
    }
    if (reach.omitted() > 0) {
      return "The brokers' report is too long to tell of the server: %d servers are left out of it. Spread the registrations over more MCP gateways."
          .formatted(reach.omitted());
    }
    return reach.rollout().current() == 0
        ? "No broker replica of the MCP gateway has acknowledged the current configuration yet."
        : "No broker replica of the MCP gateway reports the server yet.";
  }

  /** Whether every replica of every instance runs a configuration with the server in it. */
  static Wanted programmed(List<Reach> reaches) {
    return Rollouts.programmed(
        reaches.stream().map(Reach::rollout).reduce(Rollout::and).orElse(Rollout.NOBODY),
        "the current configuration");
  }

  /**
   * What the brokers found at the server; nothing is said while none has looked. One replica that
   * is not connected is enough: every other call of a client may end there.
   */
  static Optional<Wanted> backendReachable(List<Reach> reaches) {
    List<ServerReport> up = up(reaches);
    Optional<ServerReport> down =
        reaches.stream().map(Reach::down).filter(Objects::nonNull).findFirst();
    if (up.isEmpty() && down.isEmpty()) {
      return Optional.empty();
    }
    int connected = reaches.stream().mapToInt(Reach::connected).sum();
    int replicas = reaches.stream().mapToInt(r -> r.rollout().replicas()).sum();
    String count = "Connected from %d/%d replicas".formatted(connected, replicas);
    boolean somewhereNone = reaches.stream().anyMatch(r -> r.connected() == 0);
    if (down.isPresent() || (connected < replicas && !catchingUp(reaches))) {
      return Optional.of(
          new Wanted(
              ConditionNames.BACKEND_REACHABLE,
              false,
              somewhereNone ? "NotConnected" : "PartlyConnected",
              "%s. %s"
                  .formatted(
                      count,
                      down.map(ReachConditions::why)
                          .orElse("The others do not report the server, see Programmed."))));
    }
    ServerReport first = up.getFirst();
    return Optional.of(
        new Wanted(
            ConditionNames.BACKEND_REACHABLE,
            true,
            "Connected",
            "%s; %d tools; MCP %s.%s"
                .formatted(
                    count,
                    first.toolCount(),
                    Objects.requireNonNullElse(first.protocolVersion(), "of unknown version"),
                    cut(first))));
  }

  private static boolean catchingUp(List<Reach> reaches) {
    return reaches.stream().map(Reach::rollout).anyMatch(Rollout::catchingUp);
  }

  private static String why(ServerReport report) {
    return Rollouts.quote(Objects.requireNonNullElse(report.lastError(), report.message()));
  }

  private static String cut(ServerReport report) {
    int listed = RegistrationStatusBuilder.tools(report).size();
    return listed < report.toolCount()
        ? " status.tools holds the first %d of them.".formatted(listed)
        : "";
  }

  /** Names another server holds, so that no tool is lost silently. */
  static Optional<Wanted> conflicted(List<Reach> reaches) {
    List<String> names =
        up(reaches).stream()
            .flatMap(r -> r.conflictingTools().stream())
            .distinct()
            .sorted()
            .toList();
    if (names.isEmpty()) {
      return Optional.empty();
    }
    String some = String.join(", ", names.subList(0, Math.min(names.size(), MAX_NAMES)));
    String more =
        names.size() > MAX_NAMES ? " and %d more".formatted(names.size() - MAX_NAMES) : "";
    return Optional.of(
        new Wanted(
            ConditionNames.CONFLICTED,
            true,
            "ToolNamesTaken",
            "Not served, because another server of the Gateway has a tool of that name: %s%s. Set spec.toolPrefix."
                .formatted(Rollouts.quote(some), more)));
  }

  private static List<ServerReport> up(List<Reach> reaches) {
    return reaches.stream().map(Reach::up).filter(Objects::nonNull).toList();
  }
}
