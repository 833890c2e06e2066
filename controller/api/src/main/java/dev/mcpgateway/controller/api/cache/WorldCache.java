package dev.mcpgateway.controller.api.cache;

import dev.mcpgateway.controller.api.McpGroup;
import dev.mcpgateway.controller.api.ObjectKey;
import dev.mcpgateway.controller.api.facts.CredentialFacts;
import dev.mcpgateway.controller.api.facts.ExtensionFacts;
import dev.mcpgateway.controller.api.facts.FactsMapper;
import dev.mcpgateway.controller.api.facts.GatewayFacts;
import dev.mcpgateway.controller.api.facts.GrantFacts;
import dev.mcpgateway.controller.api.facts.RegistrationFacts;
import dev.mcpgateway.controller.api.facts.RouteFacts;
import dev.mcpgateway.controller.api.facts.ServiceFacts;
import dev.mcpgateway.controller.api.facts.VirtualServerFacts;
import dev.mcpgateway.controller.api.model.MCPGatewayExtension;
import dev.mcpgateway.controller.api.model.MCPServerRegistration;
import dev.mcpgateway.controller.api.model.MCPVirtualServer;
import dev.mcpgateway.controller.api.rules.World;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.Gateway;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.HTTPRoute;
import io.fabric8.kubernetes.api.model.gatewayapi.v1beta1.ReferenceGrant;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.Informable;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Keeps the watched kinds of all namespaces current and hands them out as one immutable {@link
 * World}. A change is reported only when the facts differ, so that somebody's status writes wake
 * nobody up.
 */
public final class WorldCache implements AutoCloseable {
  /**
   * Objects per page of a listing. Whoever may make one of these kinds may make it as large as etcd
   * takes, 1.5 MiB, whatever its definition bounds: nothing bounds the metadata. A page is read as
   * a whole, so it is small; 10,000 registrations are a thousand pages then, a few seconds once.
   */
  private static final long PAGE = 10;

  /** Of objects whose status somebody here writes or reads. */
  private static final String[] STATUS = {"metadata.uid", "status"};

  /** Our entries in a route's status are made beside those of others, for its parents. */
  private static final String[] ROUTE_STATUS = {"metadata.uid", "spec.parentRefs", "status"};

  private static final String[] NAME = {};

  private final Map<WatchedKind, Watched<?, ?>> watched = new EnumMap<>(WatchedKind.class);
  private final KubernetesClient client;
  private final Set<WatchedKind> stored;
  private final Consumer<Change> listener;
  private volatile Built built = new Built(List.of(), World.EMPTY);

  /**
   * Prepares informers for {@code kinds}; nothing is asked before {@link #start}.
   *
   * @param stored those of them that {@link #stored} is asked for; of the others, names are all
   *     that is kept beside the facts
   * @param listener called on an informer's thread for every change; must return at once and not
   *     throw
   */
  public WorldCache(
      KubernetesClient client,
      Set<WatchedKind> kinds,
      Set<WatchedKind> stored,
      Consumer<Change> listener) {
    this.client = LeanClient.of(client);
    this.stored = Set.copyOf(stored);
    this.listener = listener;
    kinds.forEach(this::add);
  }

  /**
   * Starts every informer and returns at once; {@link #synced} tells when the first snapshot is
   * whole.
   */
  public void start() {
    watched.values().forEach(Watched::start);
  }

  /** Whether every kind has been listed once. Before that {@link #snapshot} lacks objects. */
  public boolean synced() {
    return watched.values().stream().allMatch(Watched::synced);
  }

  /** How many objects are there and left out, because they cannot be read. */
  public int unreadable() {
    return watched.values().stream().mapToInt(Watched::unreadable).sum();
  }

  /** How the watch of a kind is doing; of one that is not watched there is none. */
  public Optional<WatchState> watch(WatchedKind kind) {
    return Optional.ofNullable(watched.get(kind)).map(Watched::state);
  }

  /**
   * The world now, the same instance until something changes. Take the reference once per request
   * or pass.
   */
  public World snapshot() {
    // Versions first: a change during the build makes this world old, never wrong for its versions.
    List<Long> versions = watched.values().stream().map(Watched::version).toList();
    Built present = built;
    if (!present.versions().equals(versions)) {
      present = new Built(versions, build());
      built = present;
    }
    return present.world();
  }

  /**
   * The stored object, for whoever writes or reads its status; rules use the facts. It may be newer
   * than the last snapshot. It has its name, uid, resourceVersion and status, a route also its
   * parents, and nothing else.
   */
  public <T extends HasMetadata> Optional<T> stored(
      WatchedKind kind, ObjectKey key, Class<T> type) {
    Watched<?, ?> present = watched.get(kind);
    return Optional.ofNullable(present == null ? null : present.object(key)).map(type::cast);
  }

  /** A world and the versions of the kinds it was built from: building its indexes is not free. */
  private record Built(List<Long> versions, World world) {}

  private World build() {
    return World.builder()
        .extensions(this.<ExtensionFacts>facts(WatchedKind.EXTENSION))
        .registrations(this.<RegistrationFacts>facts(WatchedKind.REGISTRATION))
        .virtualServers(this.<VirtualServerFacts>facts(WatchedKind.VIRTUAL_SERVER))
        .gateways(this.<GatewayFacts>facts(WatchedKind.GATEWAY))
        .grants(this.<GrantFacts>facts(WatchedKind.GRANT))
        .routes(this.<RouteFacts>facts(WatchedKind.ROUTE))
        .services(this.<ServiceFacts>facts(WatchedKind.SERVICE))
        .credentials(this.<CredentialFacts>facts(WatchedKind.CREDENTIAL))
        .build();
  }

  @Override
  public void close() {
    watched.values().forEach(Watched::close);
    client.close();
  }

  private void add(WatchedKind kind) {
    switch (kind) {
      case EXTENSION -> add(kind, MCPGatewayExtension.class, FactsMapper::extension, STATUS);
      case REGISTRATION ->
          add(kind, MCPServerRegistration.class, FactsMapper::registration, STATUS);
      case VIRTUAL_SERVER -> add(kind, MCPVirtualServer.class, FactsMapper::virtualServer, STATUS);
      case GATEWAY -> add(kind, Gateway.class, FactsMapper::gateway, NAME);
      case GRANT -> add(kind, ReferenceGrant.class, FactsMapper::grant, NAME);
      case ROUTE -> add(kind, HTTPRoute.class, FactsMapper::route, ROUTE_STATUS);
      case SERVICE -> add(kind, Service.class, FactsMapper::service, NAME);
      case CREDENTIAL ->
          add(
              kind,
              client
                  .secrets()
                  .inAnyNamespace()
                  .withLabel(McpGroup.CREDENTIAL_LABEL, "true")
                  .withLimit(PAGE),
              Secret.class,
              FactsMapper::credential,
              NAME);
    }
  }

  private <T extends HasMetadata, F> void add(
      WatchedKind kind, Class<T> type, Function<T, F> mapper, String... fields) {
    add(kind, client.resources(type).inAnyNamespace().withLimit(PAGE), type, mapper, fields);
  }

  /**
   * @param fields what is kept of the objects where they are asked for
   */
  private <T extends HasMetadata, F> void add(
      WatchedKind kind,
      Informable<T> source,
      Class<T> type,
      Function<T, F> mapper,
      String... fields) {
    watched.put(
        kind,
        new Watched<>(
            type,
            source,
            client.getKubernetesSerialization(),
            stored.contains(kind) ? fields : NAME,
            object -> Optional.of(mapper.apply(object)),
            key -> listener.accept(new Change(kind, key))));
  }

  // The kind determines the type of its facts: add(WatchedKind) pairs them.
  @SuppressWarnings("unchecked")
  private <F> Map<ObjectKey, F> facts(WatchedKind kind) {
    Watched<?, ?> present = watched.get(kind);
    return present == null ? Map.of() : (Map<ObjectKey, F>) present.snapshot();
  }
}
