package dev.mcpgateway.controller.observe;

import static java.util.stream.Collectors.toUnmodifiableSet;

import dev.mcpgateway.broker.api.config.GatewayConfig;
import dev.mcpgateway.broker.api.config.ServerConfig;
import dev.mcpgateway.broker.api.config.VirtualServerConfig;
import dev.mcpgateway.controller.api.ObjectKey;
import dev.mcpgateway.controller.api.facts.ExtensionFacts;
import dev.mcpgateway.controller.api.facts.RegistrationFacts;
import dev.mcpgateway.controller.api.facts.RouteFacts;
import dev.mcpgateway.controller.api.facts.VirtualServerFacts;
import dev.mcpgateway.controller.api.rules.ExtensionRules;
import dev.mcpgateway.controller.api.rules.ExtensionRules.Standing;
import dev.mcpgateway.controller.api.rules.GatewayRules;
import dev.mcpgateway.controller.api.rules.Precedence;
import dev.mcpgateway.controller.api.rules.RegistrationConflict;
import dev.mcpgateway.controller.api.rules.RegistrationRules;
import dev.mcpgateway.controller.api.rules.RegistrationRules.Resolution;
import dev.mcpgateway.controller.api.rules.World;
import dev.mcpgateway.controller.observe.InstanceInputs.Judged;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What follows from the world alone, whatever is stored for brokers or told by them: who holds
 * what, and what each instance shall serve. Made once for a world; what brokers report changes far
 * more often.
 */
final class Desired {
  static final Desired NOTHING = new Desired(World.EMPTY);

  private final World world;
  private final Map<ObjectKey, Registered> registrations = new HashMap<>();
  private final Map<String, Instance> instances = new HashMap<>();
  private final Map<String, List<Virtual>> virtualServers = new HashMap<>();
  private final Map<ObjectKey, Set<RouteFacts.Parent>> held = new HashMap<>();

  /**
   * A live registration.
   *
   * @param server what brokers shall know of it; null when it cannot be served
   * @param namespaces of the instances that shall serve it
   */
  record Registered(
      RegistrationFacts facts,
      Resolution resolution,
      @Nullable Server server,
      List<String> namespaces,
      List<RegistrationConflict> conflicts) {}

  /**
   * An instance.
   *
   * @param extensions as in {@link InstanceInputs}
   */
  record Instance(
      List<Judged> extensions,
      @Nullable ExtensionFacts holder,
      GatewayConfig wanted,
      boolean tooLarge) {
    /** Of a namespace without an extension. */
    static final Instance NONE = new Instance(List.of(), null, GatewayConfig.EMPTY, false);

    /** Whether one of its extensions holds its Gateway. */
    boolean served() {
      return extensions.stream().anyMatch(judged -> judged.verdict().accepted());
    }
  }

  /** A live virtual server. */
  record Virtual(VirtualServerFacts facts, VirtualServerConfig config) {}

  private Desired(World world) {
    this.world = world;
  }

  /**
   * @param before what was desired in an earlier world: what has not changed and takes time to make
   *     is taken from there
   */
  static Desired of(World world, Desired before) {
    Desired desired = new Desired(world);
    Map<String, List<ServerConfig>> servers = desired.register(before);
    desired.groupVirtualServers();
    world.extensions().keySet().stream()
        .map(ObjectKey::namespace)
        .distinct()
        .forEach(namespace ->
            desired.instances.put(
                namespace,
                desired.instance(
                    namespace,
                    servers.getOrDefault(namespace, List.of()),
                    before.instance(namespace))));
    return desired;
  }

  World world() {
    return world;
  }

  Map<ObjectKey, Registered> registrations() {
    return registrations;
  }

  /** Namespaces that have an extension. */
  Set<String> namespaces() {
    return instances.keySet();
  }

  Instance instance(String namespace) {
    return instances.getOrDefault(namespace, Instance.NONE);
  }

  /** By namespace. */
  Map<String, List<Virtual>> virtualServers() {
    return virtualServers;
  }

  /** Parents of a route through which registrations are served; empty when it serves none. */
  Set<RouteFacts.Parent> held(ObjectKey route) {
    return held.getOrDefault(route, Set.of());
  }

  private Map<String, List<ServerConfig>> register(Desired before) {
    Map<ObjectKey, Optional<ObjectKey>> holders = new HashMap<>();
    Map<String, List<ServerConfig>> servers = new HashMap<>();
    RegistrationConflicts conflicts = new RegistrationConflicts(world);
    for (RegistrationFacts registration : world.registrations().values()) {
      if (!registration.deleting()) {
        Resolution resolution =
            RegistrationRules.resolve(registration, world, gateway -> holder(gateway, holders));
        Registered registered =
            registered(registration, resolution, conflicts.of(registration), before);
        registrations.put(registration.key(), registered);
        Server server = registered.server();
        if (server != null) {
          registered
              .namespaces()
              .forEach(
                  n -> servers.computeIfAbsent(n, k -> new ArrayList<>()).add(server.config()));
          held.computeIfAbsent(registration.route(), route -> parents(route, holders));
        }
      }
    }
    return servers;
  }

  private static Registered registered(
      RegistrationFacts registration,
      Resolution resolution,
      List<RegistrationConflict> conflicts,
      Desired before) {
    return switch (resolution) {
      case Resolution.NotServed n ->
          new Registered(registration, resolution, null, List.of(), conflicts);
      case Resolution.Served served ->
          new Registered(
              registration,
              resolution,
              server(registration, served, before.registrations.get(registration.key())),
              served.extensions().stream().map(ObjectKey::namespace).distinct().toList(),
              conflicts);
    };
  }

  private static Server server(
      RegistrationFacts registration, Resolution.Served served, @Nullable Registered before) {
    ServerConfig config =
        new ServerConfig(
            registration.key().toString(),
            served.url(),
            served.hostname(),
            registration.toolPrefix(),
            served.credential(),
            true);
    Server known = before == null ? null : before.server();
    return known != null && known.config().equals(config) ? known : new Server(config);
  }

  /** Judged once for all the registrations and routes of a Gateway. */
  private Optional<ObjectKey> holder(
      ObjectKey gateway, Map<ObjectKey, Optional<ObjectKey>> holders) {
    return holders.computeIfAbsent(gateway, g -> RegistrationRules.holder(g, world));
  }

  private Set<RouteFacts.Parent> parents(
      ObjectKey route, Map<ObjectKey, Optional<ObjectKey>> holders) {
    return world.route(route).stream()
        .flatMap(r -> r.accepted().stream())
        .filter(p -> holder(p.gateway(), holders).isPresent())
        .collect(toUnmodifiableSet());
  }

  private void groupVirtualServers() {
    for (VirtualServerFacts facts : world.virtualServers().values()) {
      if (!facts.deleting()) {
        virtualServers
            .computeIfAbsent(facts.key().namespace(), n -> new ArrayList<>())
            .add(new Virtual(facts, config(facts)));
      }
    }
  }

  private static VirtualServerConfig config(VirtualServerFacts facts) {
    return new VirtualServerConfig(
        facts.key().toString(), facts.tools().stream().sorted().distinct().toList());
  }

  private Instance instance(String namespace, List<ServerConfig> servers, Instance before) {
    List<Judged> extensions =
        world
            .extensionsIn(namespace)
            .filter(e -> !e.deleting())
            .sorted(Comparator.comparing(ExtensionFacts::key))
            .map(e ->
                new Judged(
                    e,
                    ExtensionRules.judge(e, Standing.INCUMBENT, world),
                    GatewayRules.listenerProblems(e, world)))
            .toList();
    GatewayConfig wanted =
        extensions.stream().anyMatch(judged -> judged.verdict().accepted())
            // Virtual servers belong to the instance of their own namespace and to no other.
            ? new GatewayConfig(
                servers,
                virtualServers.getOrDefault(namespace, List.of()).stream()
                    .map(Virtual::config)
                    .toList())
            : GatewayConfig.EMPTY;
    boolean same = wanted.equals(before.wanted());
    return new Instance(
        extensions,
        Precedence.namespaceWinner(namespace, world).orElse(null),
        same ? before.wanted() : wanted,
        same ? before.tooLarge() : ConfigSize.tooLarge(wanted));
  }
}
