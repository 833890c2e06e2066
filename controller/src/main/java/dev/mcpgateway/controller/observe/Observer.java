package dev.mcpgateway.controller.observe;

import static java.util.stream.Collectors.toSet;

import dev.mcpgateway.broker.api.config.VirtualServerConfig;
import dev.mcpgateway.controller.api.ObjectKey;
import dev.mcpgateway.controller.api.facts.RouteFacts;
import dev.mcpgateway.controller.api.rules.World;
import dev.mcpgateway.controller.delivery.ReplicasSnapshot;
import dev.mcpgateway.controller.secrets.SecretsSnapshot;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Cuts what is seen into the inputs of each key, with the same rules as admission. Everything is
 * derived anew from everything: there is no mapping from an event to the objects it may concern
 * that could be forgotten or be wrong. What follows from the same world, or from the same reports
 * of an instance, is remembered from the time before. For one thread.
 */
public final class Observer {
  private Desired desired = Desired.NOTHING;
  private Map<String, Fleet> fleets = Map.of();

  /**
   * The inputs of every key.
   *
   * @param now tells versions from numbers that cannot be one
   */
  public Outlook observe(
      World world, SecretsSnapshot secrets, ReplicasSnapshot replicas, Instant now) {
    if (world != desired.world()) {
      desired = Desired.of(world, desired);
    }
    Observation observation = new Observation(desired, fleets, secrets, replicas, now);
    Outlook outlook = observation.outlook();
    fleets = observation.fleets;
    return outlook;
  }

  /** One look. */
  private static final class Observation {
    private final Desired desired;
    private final Map<String, Fleet> before;
    private final SecretsSnapshot secrets;
    private final ReplicasSnapshot replicas;
    private final Instant now;
    private final Map<String, Fleet> fleets = new HashMap<>();

    Observation(
        Desired desired,
        Map<String, Fleet> before,
        SecretsSnapshot secrets,
        ReplicasSnapshot replicas,
        Instant now) {
      this.desired = desired;
      this.before = before;
      this.secrets = secrets;
      this.replicas = replicas;
      this.now = now;
    }

    Outlook outlook() {
      Map<ObjectKey, RegistrationInputs> registrations = registrations();
      return new Outlook(
          instances(), registrations, routes(registrations.values()), virtualServers());
    }

    private Map<String, InstanceInputs> instances() {
      Set<String> namespaces = new HashSet<>(secrets.configs().keySet());
      namespaces.addAll(desired.namespaces());
      Map<String, InstanceInputs> inputs = new HashMap<>();
      namespaces.forEach(namespace -> inputs.put(namespace, instance(namespace)));
      return inputs;
    }

    private InstanceInputs instance(String namespace) {
      Desired.Instance instance = desired.instance(namespace);
      Fleet fleet = fleet(namespace);
      return new InstanceInputs(
          namespace,
          instance.extensions(),
          instance.holder(),
          instance.wanted(),
          instance.tooLarge(),
          secrets.configs().get(namespace),
          secrets.keys().get(namespace),
          fleet.rollout(),
          replicas.pods().contains(namespace),
          fleet.ahead(now),
          fleet.toolsServed());
    }

    private Fleet fleet(String namespace) {
      return fleets.computeIfAbsent(
          namespace,
          n ->
              Fleet.of(
                  replicas.of(n), secrets.configs().get(n), before.getOrDefault(n, Fleet.NOBODY)));
    }

    private Map<ObjectKey, RegistrationInputs> registrations() {
      Map<ObjectKey, RegistrationInputs> inputs = new HashMap<>();
      desired
          .registrations()
          .forEach((key, registered) ->
              inputs.put(
                  key,
                  new RegistrationInputs(
                      registered.facts(),
                      registered.resolution(),
                      presence(registered),
                      registered.conflicts(),
                      reaches(registered))));
      return inputs;
    }

    private Presence presence(Desired.Registered registered) {
      Server server = registered.server();
      if (server == null) {
        return Presence.PENDING;
      }
      Presence worst = Presence.STORED;
      for (String namespace : registered.namespaces()) {
        if (!fleet(namespace).stored(server)) {
          worst = later(worst, missing(namespace));
        }
      }
      return worst;
    }

    private List<Reach> reaches(Desired.Registered registered) {
      Server server = registered.server();
      return server == null
          ? List.of()
          : registered.namespaces().stream().map(n -> fleet(n).reach(server)).toList();
    }

    private Map<ObjectKey, RouteInputs> routes(Collection<RegistrationInputs> registrations) {
      Set<ObjectKey> stored =
          registrations.stream()
              .filter(r -> r.presence() == Presence.STORED)
              .map(r -> r.registration().route())
              .collect(toSet());
      Map<ObjectKey, RouteInputs> inputs = new HashMap<>();
      desired
          .world()
          .routes()
          .forEach((key, route) -> {
            Set<RouteFacts.Parent> held = desired.held(key);
            // Also those that carry an entry of ours from before, so that it goes.
            if (!held.isEmpty() || route.entries() > 0) {
              inputs.put(key, new RouteInputs(route, told(route, held, stored.contains(key))));
            }
          });
      return inputs;
    }

    /**
     * Nothing is said of a new registration before it is stored; what is said of one that changes
     * stays while it is served as it was.
     */
    private static Set<RouteFacts.Parent> told(
        RouteFacts route, Set<RouteFacts.Parent> held, boolean stored) {
      return stored ? held : held.stream().filter(route.programmed()::contains).collect(toSet());
    }

    private Map<ObjectKey, VirtualServerInputs> virtualServers() {
      Map<ObjectKey, VirtualServerInputs> inputs = new HashMap<>();
      desired
          .virtualServers()
          .forEach((namespace, all) -> {
            Desired.Instance instance = desired.instance(namespace);
            boolean served = instance.served();
            Fleet fleet = fleet(namespace);
            Set<VirtualServerConfig> stored = served ? fleet.storedVirtualServers() : Set.of();
            all.forEach(v ->
                inputs.put(
                    v.facts().key(),
                    new VirtualServerInputs(
                        v.facts(),
                        !instance.extensions().isEmpty(),
                        served,
                        stored.contains(v.config()) ? Presence.STORED : missing(namespace),
                        served && fleet.rollout().awaited(),
                        served ? fleet.select(v.facts().tools()) : null)));
          });
      return inputs;
    }

    private Presence missing(String namespace) {
      return desired.instance(namespace).tooLarge() ? Presence.TOO_LARGE : Presence.PENDING;
    }

    private static Presence later(Presence one, Presence other) {
      return one.compareTo(other) >= 0 ? one : other;
    }
  }
}
