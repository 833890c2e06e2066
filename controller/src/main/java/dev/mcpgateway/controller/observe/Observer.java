package dev.mcpgateway.controller.observe;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.toMap;
import static java.util.stream.Collectors.toSet;

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
import dev.mcpgateway.controller.api.rules.Precedence;
import dev.mcpgateway.controller.api.rules.RegistrationRules;
import dev.mcpgateway.controller.api.rules.RegistrationRules.Resolution;
import dev.mcpgateway.controller.api.rules.World;
import dev.mcpgateway.controller.delivery.ReplicasSnapshot;
import dev.mcpgateway.controller.secrets.SecretsSnapshot;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Cuts the world into the inputs of each key, with the same rules as admission. Everything is
 * derived anew from everything: there is no mapping from an event to the objects it may concern
 * that could be forgotten or be wrong.
 */
public final class Observer {
  private final World world;
  private final SecretsSnapshot secrets;
  private final ReplicasSnapshot replicas;
  private final Instant now;
  private final Map<ObjectKey, Optional<ObjectKey>> holders = new HashMap<>();
  private final Map<ObjectKey, Resolution> resolutions = new HashMap<>();
  private final Map<String, List<ServerConfig>> servers = new HashMap<>();
  private final Map<String, List<VirtualServerFacts>> virtualServers;
  private final Map<String, InstanceInputs> instances = new HashMap<>();
  private final Map<String, Fleet> fleets = new HashMap<>();

  private Observer(World world, SecretsSnapshot secrets, ReplicasSnapshot replicas, Instant now) {
    this.world = world;
    this.secrets = secrets;
    this.replicas = replicas;
    this.now = now;
    this.virtualServers =
        world.virtualServers().values().stream()
            .filter(v -> !v.deleting())
            .collect(groupingBy(v -> v.key().namespace()));
  }

  /**
   * The inputs of every key.
   *
   * @param now tells versions from numbers that cannot be one
   */
  public static Outlook observe(
      World world, SecretsSnapshot secrets, ReplicasSnapshot replicas, Instant now) {
    return new Observer(world, secrets, replicas, now).outlook();
  }

  private Outlook outlook() {
    world.registrations().values().stream().filter(r -> !r.deleting()).forEach(this::resolve);
    namespaces().forEach(namespace -> instances.put(namespace, instance(namespace)));
    Map<ObjectKey, RegistrationInputs> registrations = registrations();
    return new Outlook(
        instances, registrations, routes(registrations.values()), virtualServerInputs());
  }

  private void resolve(RegistrationFacts registration) {
    Resolution resolution = RegistrationRules.resolve(registration, world, this::holder);
    resolutions.put(registration.key(), resolution);
    if (resolution instanceof Resolution.Served served) {
      ServerConfig server = server(registration, served);
      served.extensions().stream()
          .map(ObjectKey::namespace)
          .distinct()
          .forEach(n -> servers.computeIfAbsent(n, k -> new ArrayList<>()).add(server));
    }
  }

  private Set<String> namespaces() {
    Set<String> namespaces = new HashSet<>(secrets.configs().keySet());
    world.extensions().keySet().forEach(key -> namespaces.add(key.namespace()));
    return namespaces;
  }

  private InstanceInputs instance(String namespace) {
    List<InstanceInputs.Judged> extensions =
        world
            .extensionsIn(namespace)
            .filter(e -> !e.deleting())
            .sorted(Comparator.comparing(ExtensionFacts::key))
            .map(e ->
                new InstanceInputs.Judged(e, ExtensionRules.judge(e, Standing.INCUMBENT, world)))
            .toList();
    ExtensionFacts holder = Precedence.namespaceWinner(namespace, world).orElse(null);
    GatewayConfig wanted =
        extensions.stream().anyMatch(j -> j.verdict().accepted())
            ? new GatewayConfig(
                servers.getOrDefault(namespace, List.of()), virtualServerConfigs(namespace))
            : GatewayConfig.EMPTY;
    return new InstanceInputs(
        namespace,
        extensions,
        holder,
        wanted,
        ConfigSize.tooLarge(wanted),
        secrets.configs().get(namespace),
        secrets.keys().get(namespace),
        fleet(namespace).rollout(),
        replicas.pods().contains(namespace),
        fleet(namespace).ahead(now),
        fleet(namespace).toolsServed());
  }

  private Fleet fleet(String namespace) {
    return fleets.computeIfAbsent(
        namespace, n -> new Fleet(replicas.of(n), secrets.configs().get(n)));
  }

  /** Virtual servers belong to the instance of their own namespace and to no other. */
  private List<VirtualServerConfig> virtualServerConfigs(String namespace) {
    return virtualServers.getOrDefault(namespace, List.of()).stream()
        .map(Observer::virtualServer)
        .toList();
  }

  private Map<ObjectKey, RegistrationInputs> registrations() {
    Map<String, Map<String, ServerConfig>> stored = new HashMap<>();
    secrets
        .configs()
        .forEach((namespace, config) ->
            stored.put(
                namespace,
                config.config().servers().stream().collect(toMap(ServerConfig::name, s -> s))));
    RegistrationConflicts conflicts = new RegistrationConflicts(world);
    Map<ObjectKey, RegistrationInputs> inputs = new HashMap<>();
    resolutions.forEach((key, resolution) -> {
      RegistrationFacts registration = world.registrations().get(key);
      if (registration != null) {
        inputs.put(
            key,
            new RegistrationInputs(
                registration,
                resolution,
                presence(registration, resolution, stored),
                conflicts.of(registration),
                reaches(registration, resolution)));
      }
    });
    return inputs;
  }

  private List<Reach> reaches(RegistrationFacts registration, Resolution resolution) {
    return switch (resolution) {
      case Resolution.Served served ->
          served.extensions().stream()
              .map(ObjectKey::namespace)
              .distinct()
              .map(n -> fleet(n).reach(server(registration, served)))
              .toList();
      case Resolution.NotServed n -> List.of();
    };
  }

  private Map<ObjectKey, RouteInputs> routes(Collection<RegistrationInputs> registrations) {
    Set<ObjectKey> used = new HashSet<>();
    Set<ObjectKey> stored = new HashSet<>();
    for (RegistrationInputs inputs : registrations) {
      if (inputs.resolution() instanceof Resolution.Served) {
        used.add(inputs.registration().route());
        if (inputs.presence() == Presence.STORED) {
          stored.add(inputs.registration().route());
        }
      }
    }
    Map<ObjectKey, RouteInputs> inputs = new HashMap<>();
    world
        .routes()
        .forEach((key, route) -> {
          boolean inUse = used.contains(key);
          // Also those that carry an entry of ours from before, so that it goes.
          if (inUse || route.entries() > 0) {
            inputs.put(
                key, new RouteInputs(route, inUse ? held(route, stored.contains(key)) : Set.of()));
          }
        });
    return inputs;
  }

  /**
   * The parents a registration of the route is served through. Nothing is said of a new one before
   * it is stored; what is said of one that changes stays while it is served as it was.
   */
  private Set<RouteFacts.Parent> held(RouteFacts route, boolean stored) {
    return route.accepted().stream()
        .filter(p -> stored || route.programmed().contains(p))
        .filter(p -> holder(p.gateway()).isPresent())
        .collect(toSet());
  }

  /** Judged once for all the registrations and routes of a Gateway. */
  private Optional<ObjectKey> holder(ObjectKey gateway) {
    return holders.computeIfAbsent(gateway, g -> RegistrationRules.holder(g, world));
  }

  private Presence presence(
      RegistrationFacts registration,
      Resolution resolution,
      Map<String, Map<String, ServerConfig>> stored) {
    return switch (resolution) {
      case Resolution.NotServed n -> Presence.PENDING;
      case Resolution.Served served -> {
        ServerConfig wanted = server(registration, served);
        Presence worst = Presence.STORED;
        for (ObjectKey extension : served.extensions()) {
          if (!wanted.equals(
              stored.getOrDefault(extension.namespace(), Map.of()).get(wanted.name()))) {
            worst = later(worst, missing(extension.namespace()));
          }
        }
        yield worst;
      }
    };
  }

  private Map<ObjectKey, VirtualServerInputs> virtualServerInputs() {
    Map<ObjectKey, VirtualServerInputs> inputs = new HashMap<>();
    virtualServers.forEach((namespace, all) -> {
      InstanceInputs instance = instances.get(namespace);
      boolean served =
          instance != null && instance.extensions().stream().anyMatch(j -> j.verdict().accepted());
      var config = secrets.configs().get(namespace);
      Set<VirtualServerConfig> stored =
          config == null ? Set.of() : Set.copyOf(config.config().virtualServers());
      all.forEach(v ->
          inputs.put(
              v.key(),
              new VirtualServerInputs(
                  v,
                  served,
                  stored.contains(virtualServer(v)) ? Presence.STORED : missing(namespace),
                  served ? fleet(namespace).select(v.tools()) : null)));
    });
    return inputs;
  }

  private Presence missing(String namespace) {
    InstanceInputs instance = instances.get(namespace);
    return instance != null && instance.tooLarge() ? Presence.TOO_LARGE : Presence.PENDING;
  }

  private static Presence later(Presence one, Presence other) {
    return one.compareTo(other) >= 0 ? one : other;
  }

  private static ServerConfig server(RegistrationFacts registration, Resolution.Served served) {
    return new ServerConfig(
        registration.key().toString(),
        served.url(),
        served.hostname(),
        registration.toolPrefix(),
        served.credential(),
        true);
  }

  private static VirtualServerConfig virtualServer(VirtualServerFacts facts) {
    return new VirtualServerConfig(
        facts.key().toString(), facts.tools().stream().sorted().distinct().toList());
  }
}
