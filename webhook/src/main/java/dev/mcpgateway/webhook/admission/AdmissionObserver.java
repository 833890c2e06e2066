package dev.mcpgateway.webhook.admission;

import dev.mcpgateway.controller.api.ObjectKey;
import dev.mcpgateway.controller.api.cache.LeanClient;
import dev.mcpgateway.controller.api.cache.WatchedKind;
import dev.mcpgateway.controller.api.cache.WorldCache;
import dev.mcpgateway.controller.api.facts.ExtensionFacts;
import dev.mcpgateway.controller.api.facts.GatewayFacts;
import dev.mcpgateway.controller.api.facts.GrantFacts;
import dev.mcpgateway.controller.api.facts.RegistrationFacts;
import dev.mcpgateway.controller.api.facts.VirtualServerFacts;
import dev.mcpgateway.controller.api.model.MCPServerRegistration;
import dev.mcpgateway.controller.api.model.RegistrationStatus;
import dev.mcpgateway.controller.api.rules.Grants;
import dev.mcpgateway.controller.api.rules.Precedence;
import dev.mcpgateway.controller.api.rules.RegistrationConflictRules;
import dev.mcpgateway.controller.api.rules.World;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Gathers the world a case is judged against. What decides uniqueness is read from the API server
 * for every decision; what only leads to warnings comes from the cache, or may stay unseen. What
 * the cache expects to be asked later is asked at once, so that one answer rarely waits for
 * another.
 */
public final class AdmissionObserver implements WorldSource, AutoCloseable {
  /** Kinds of which the cache must keep more than facts: which tools a server offers. */
  public static final Set<WatchedKind> STORED = Set.of(WatchedKind.REGISTRATION);

  /** Namespaces that claim one Gateway and are looked at; admission lets few pass. */
  private static final int NEIGHBOURHOODS = 16;

  private final KubernetesClient client;
  private final KubernetesClient lean;
  private final WorldCache cache;
  private final ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();

  public AdmissionObserver(KubernetesClient client, WorldCache cache) {
    this.client = client;
    this.lean = LeanClient.of(client);
    this.cache = cache;
  }

  @Override
  public View observe(AdmissionCase admission, Deadline deadline) {
    try (LiveReads live = new LiveReads(client, lean, executor, deadline)) {
      return switch (admission) {
        // What asks for nothing new is not judged, and never comes here.
        case AdmissionCase.Extension c -> claims(c.after(), synced(), live);
        case AdmissionCase.VirtualServer c -> View.of(withTools(c.after(), synced()));
        case AdmissionCase.Registration c -> RegistrationObserver.observe(c, synced(), live);
        case AdmissionCase.RouterFilter c -> {
          World world = synced();
          for (ObjectKey gateway : c.claims()) {
            world = holder(gateway, world, live);
          }
          yield View.of(world);
        }
        case AdmissionCase.NotJudged c -> View.EMPTY;
        case AdmissionCase.UnknownKind c -> View.EMPTY;
      };
    }
  }

  @Override
  public void close() {
    executor.shutdownNow();
    lean.close();
  }

  private World synced() {
    if (!cache.synced()) {
      throw new WorldUnavailableException(
          "The webhook has not read the cluster yet. Try again in a few seconds.");
    }
    return cache.snapshot();
  }

  /** All that decides about a newcomer: its neighbours and its rivals, as stored now. */
  private static View claims(ExtensionFacts candidate, World cached, LiveReads live) {
    ObjectKey gateway = candidate.gateway();
    var neighbours = live.extensionsIn(candidate.key().namespace());
    begin(gateway, cached, live);
    gatewayClass(candidate, cached).ifPresent(live::gatewayClass);
    var routers = live.routersAt(gateway);
    Map<ObjectKey, ExtensionFacts> extensions = new HashMap<>();
    neighbours.required().forEach(e -> extensions.put(e.key(), e));
    claimants(gateway, live).forEach(e -> extensions.put(e.key(), e));
    World.Builder world = cached.toBuilder().extensions(extensions);
    withGrants(world, cached, gateway, extensions.values(), live);
    // Only warnings depend on the rest.
    Set<Unseen> unseen = new HashSet<>();
    readGatewayClass(world, unseen, candidate, cached, live);
    Optional<List<RouterFilterFacts>> present = routers.told();
    if (present.isEmpty()) {
      unseen.add(new Unseen.Routers(gateway));
    }
    return new View(world.build(), present.orElse(List.of()), unseen);
  }

  private static void readGatewayClass(
      World.Builder world,
      Set<Unseen> unseen,
      ExtensionFacts candidate,
      World cached,
      LiveReads live) {
    gatewayClass(candidate, cached)
        .ifPresent(name ->
            live.gatewayClass(name)
                .told()
                .ifPresentOrElse(
                    found -> found.ifPresent(c -> world.gatewayClasses(Map.of(name, c))),
                    () -> unseen.add(new Unseen.GatewayClass(name))));
  }

  private static Optional<String> gatewayClass(ExtensionFacts candidate, World cached) {
    return cached.gateway(candidate.gateway()).map(GatewayFacts::gatewayClass);
  }

  /** Status is no fact: it would wake up everybody who only wants to know what is wanted. */
  private World withTools(VirtualServerFacts candidate, World cached) {
    Map<ObjectKey, List<String>> tools = new HashMap<>();
    Precedence.namespaceWinner(candidate.key().namespace(), cached).stream()
        .flatMap(e -> RegistrationConflictRules.on(e.gateway(), cached))
        .map(RegistrationFacts::key)
        .forEach(key ->
            cache
                .stored(WatchedKind.REGISTRATION, key, MCPServerRegistration.class)
                .map(MCPServerRegistration::getStatus)
                .filter(AdmissionObserver::whole)
                .map(RegistrationStatus::tools)
                .ifPresent(names -> tools.put(key, names)));
    return cached.toBuilder().tools(tools).build();
  }

  /** A status holds only the first names when there are many; the rest may be anything. */
  private static boolean whole(RegistrationStatus status) {
    return status.tools() == null
        || status.discoveredTools() == null
        || status.discoveredTools() <= status.tools().size();
  }

  /** Who holds a Gateway: its claimants as stored now, among all the others. */
  private static World holder(ObjectKey gateway, World cached, LiveReads live) {
    begin(gateway, cached, live);
    neighbourhoods(cached.extensionsClaiming(gateway)).forEach(live::extensionsIn);
    List<ExtensionFacts> claimants = claimants(gateway, live);
    // Only who holds its namespace competes for a Gateway, so their neighbours decide as well.
    Set<String> namespaces = neighbourhoods(claimants.stream());
    List<ExtensionFacts> neighbours =
        namespaces.stream().map(live::extensionsIn).toList().stream()
            .flatMap(asked -> asked.required().stream())
            .toList();
    Map<ObjectKey, ExtensionFacts> extensions =
        replaced(
            cached.extensions(),
            e -> e.claimKey().equals(gateway) || namespaces.contains(e.key().namespace()),
            claimants,
            ExtensionFacts::key);
    neighbours.forEach(e -> extensions.put(e.key(), e));
    World.Builder world = cached.toBuilder().extensions(extensions);
    withGrants(world, cached, gateway, claimants, live);
    return world.build();
  }

  /** Asks who claims a Gateway, and for the grants of those that will be found to, probably. */
  private static void begin(ObjectKey gateway, World cached, LiveReads live) {
    live.extensionsIn(gateway.namespace());
    live.extensionsNaming(gateway);
    foreign(gateway, cached.extensionsClaiming(gateway))
        .forEach(claimant ->
            grant(claimant, cached)
                .ifPresentOrElse(live::grant, () -> live.grantsIn(gateway.namespace())));
  }

  private static List<ExtensionFacts> claimants(ObjectKey gateway, LiveReads live) {
    return Stream.concat(
            live.extensionsIn(gateway.namespace()).required().stream(),
            live.extensionsNaming(gateway).required().stream())
        .filter(e -> e.claimKey().equals(gateway))
        .distinct()
        .toList();
  }

  private static Set<String> neighbourhoods(Stream<ExtensionFacts> claimants) {
    return claimants
        .map(e -> e.key().namespace())
        .distinct()
        .limit(NEIGHBOURHOODS)
        .collect(Collectors.toSet());
  }

  /**
   * A claim from another namespace counts only with a grant, so then the grants decide as well. The
   * candidate's own only leads to a warning.
   */
  private static void withGrants(
      World.Builder world,
      World cached,
      ObjectKey gateway,
      Collection<ExtensionFacts> claimants,
      LiveReads live) {
    List<ExtensionFacts> needing = foreign(gateway, claimants.stream()).toList();
    if (needing.isEmpty()) {
      return;
    }
    String namespace = gateway.namespace();
    Optional<List<GrantFacts>> named = grants(needing, cached, live);
    // The candidate's and those of neighbours, who claim other Gateways, stay as they are cached.
    Predicate<GrantFacts> stale =
        named.isPresent() ? g -> false : g -> g.key().namespace().equals(namespace);
    world.grants(
        replaced(
            cached.grants(),
            stale,
            named.orElseGet(() -> live.grantsIn(namespace).required()),
            GrantFacts::key));
  }

  /**
   * One grant for each, as it is stored now: a namespace of Gateways may hold thousands. Empty when
   * one of them has none that the cache knows, or not any more; then all decide.
   */
  private static Optional<List<GrantFacts>> grants(
      List<ExtensionFacts> claimants, World cached, LiveReads live) {
    List<GrantFacts> grants = new ArrayList<>();
    for (ExtensionFacts claimant : claimants) {
      Optional<GrantFacts> grant =
          grant(claimant, cached)
              .flatMap(key -> live.grant(key).required())
              .filter(g -> Grants.permits(g, claimant));
      if (grant.isEmpty()) {
        return Optional.empty();
      }
      grants.add(grant.get());
    }
    return Optional.of(grants);
  }

  private static Optional<ObjectKey> grant(ExtensionFacts claimant, World cached) {
    return cached
        .grantsIn(claimant.gateway().namespace())
        .filter(g -> Grants.permits(g, claimant))
        .map(GrantFacts::key)
        .min(Comparator.naturalOrder());
  }

  private static Stream<ExtensionFacts> foreign(
      ObjectKey gateway, Stream<ExtensionFacts> claimants) {
    return claimants.filter(
        e -> e.claimKey().equals(gateway) && !e.key().namespace().equals(gateway.namespace()));
  }

  /** What is cached, with everything that {@code stale} matches replaced by what was just read. */
  private static <F> Map<ObjectKey, F> replaced(
      Map<ObjectKey, F> cached,
      Predicate<F> stale,
      Collection<F> fresh,
      Function<F, ObjectKey> key) {
    Map<ObjectKey, F> all = new HashMap<>(cached);
    all.values().removeIf(stale);
    fresh.forEach(f -> all.put(key.apply(f), f));
    return all;
  }
}
