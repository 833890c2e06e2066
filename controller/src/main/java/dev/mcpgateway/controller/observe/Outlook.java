package dev.mcpgateway.controller.observe;

import dev.mcpgateway.controller.api.ObjectKey;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/** The inputs of every key at one moment, immutable. */
public record Outlook(
    Map<String, InstanceInputs> instances,
    Map<ObjectKey, RegistrationInputs> registrations,
    Map<ObjectKey, RouteInputs> routes,
    Map<ObjectKey, VirtualServerInputs> virtualServers) {
  /** Nothing is known: against it everything has changed. */
  public static final Outlook EMPTY = new Outlook(Map.of(), Map.of(), Map.of(), Map.of());

  public Outlook {
    instances = Map.copyOf(instances);
    registrations = Map.copyOf(registrations);
    routes = Map.copyOf(routes);
    virtualServers = Map.copyOf(virtualServers);
  }

  public Optional<InstanceInputs> instance(String namespace) {
    return Optional.ofNullable(instances.get(namespace));
  }

  public Optional<RegistrationInputs> registration(ObjectKey key) {
    return Optional.ofNullable(registrations.get(key));
  }

  public Optional<RouteInputs> route(ObjectKey key) {
    return Optional.ofNullable(routes.get(key));
  }

  public Optional<VirtualServerInputs> virtualServer(ObjectKey key) {
    return Optional.ofNullable(virtualServers.get(key));
  }

  /**
   * The keys whose inputs are not what they were, and those that have vanished: nothing is left to
   * be written about them, but whoever remembers something of them shall forget it.
   */
  public Set<WorkKey> changedSince(Outlook before) {
    Set<WorkKey> changed = new HashSet<>();
    collect(instances, before.instances, WorkKey.Instance::new, changed);
    collect(registrations, before.registrations, WorkKey.Registration::new, changed);
    collect(routes, before.routes, WorkKey.Route::new, changed);
    collect(virtualServers, before.virtualServers, WorkKey.VirtualServer::new, changed);
    return changed;
  }

  /** Whether a key is about to change again by the controller's own doing. */
  public boolean settling(WorkKey key) {
    return switch (key) {
      case WorkKey.Instance i -> false;
      case WorkKey.Route r -> false;
      case WorkKey.Registration(ObjectKey k) ->
          registration(k).map(RegistrationInputs::settling).orElse(false);
      case WorkKey.VirtualServer(ObjectKey k) ->
          virtualServer(k).map(VirtualServerInputs::settling).orElse(false);
    };
  }

  private static <K, V> void collect(
      Map<K, V> now, Map<K, V> before, Function<K, WorkKey> toKey, Set<WorkKey> into) {
    now.forEach((key, inputs) -> {
      if (!inputs.equals(before.get(key))) {
        into.add(toKey.apply(key));
      }
    });
    before.keySet().stream().filter(k -> !now.containsKey(k)).map(toKey).forEach(into::add);
  }
}
