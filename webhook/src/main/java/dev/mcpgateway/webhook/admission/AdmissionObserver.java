package dev.mcpgateway.webhook.admission;

import static dev.mcpgateway.webhook.admission.LiveReads.await;

import dev.mcpgateway.controller.api.ObjectKey;
import dev.mcpgateway.controller.api.cache.WatchedKind;
import dev.mcpgateway.controller.api.cache.WorldCache;
import dev.mcpgateway.controller.api.facts.ExtensionFacts;
import dev.mcpgateway.controller.api.facts.GatewayClassFacts;
import dev.mcpgateway.controller.api.facts.GrantFacts;
import dev.mcpgateway.controller.api.model.MCPServerRegistration;
import dev.mcpgateway.controller.api.model.RegistrationStatus;
import dev.mcpgateway.controller.api.rules.World;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * Gathers the world a case is judged against. What decides uniqueness is read from the API server
 * for every decision; what only leads to warnings comes from the cache.
 */
public final class AdmissionObserver implements WorldSource, AutoCloseable {
  /** Namespaces that claim one Gateway and are looked at; admission lets few pass. */
  private static final int NEIGHBOURHOODS = 16;

  private final LiveReads live;
  private final RegistrationObserver registrations;
  private final WorldCache cache;

  public AdmissionObserver(KubernetesClient client, WorldCache cache) {
    this.live = new LiveReads(client);
    this.registrations = new RegistrationObserver(live);
    this.cache = cache;
  }

  @Override
  public World observe(AdmissionCase admission, Deadline deadline) {
    return switch (admission) {
      case AdmissionCase.Extension c when c.claims() -> claims(c.after(), synced(), deadline);
      case AdmissionCase.Extension c -> {
        World cached = synced();
        var gatewayClass = gatewayClass(cached, c.after().gateway());
        yield cached.toBuilder().gatewayClasses(byName(await(gatewayClass, deadline))).build();
      }
      case AdmissionCase.VirtualServer c -> withTools(synced());
      case AdmissionCase.Registration c -> registrations.observe(c, synced(), deadline);
      case AdmissionCase.RouterFilter c -> {
        ObjectKey gateway = c.claims();
        yield gateway == null ? synced() : holder(gateway, synced(), deadline);
      }
      case AdmissionCase.NotJudged c -> World.EMPTY;
      case AdmissionCase.UnknownKind c -> World.EMPTY;
    };
  }

  @Override
  public void close() {
    live.close();
  }

  private World synced() {
    if (!cache.synced()) {
      throw new WorldUnavailableException(
          "The webhook has not read the cluster yet. Try again in a few seconds.");
    }
    return cache.snapshot();
  }

  /** All that decides about a newcomer: its neighbours and its rivals, as stored now. */
  private World claims(ExtensionFacts candidate, World cached, Deadline deadline) {
    var neighbours = live.extensionsIn(candidate.key().namespace());
    var claimants = live.extensionsClaiming(candidate.gateway());
    var gatewayClass = gatewayClass(cached, candidate.gateway());
    Map<ObjectKey, ExtensionFacts> extensions = new HashMap<>();
    await(neighbours, deadline).forEach(e -> extensions.put(e.key(), e));
    await(claimants, deadline).forEach(e -> extensions.put(e.key(), e));
    World.Builder world =
        cached.toBuilder()
            .extensions(extensions)
            .gatewayClasses(byName(await(gatewayClass, deadline)));
    return withGrants(world, cached, candidate.gateway(), extensions.values(), deadline).build();
  }

  /** The class of a Gateway, empty when one of them does not exist. */
  private Future<Optional<GatewayClassFacts>> gatewayClass(World cached, ObjectKey gateway) {
    return cached
        .gateway(gateway)
        .map(g -> live.gatewayClass(g.gatewayClass()))
        .orElse(CompletableFuture.completedFuture(Optional.empty()));
  }

  private static Map<String, GatewayClassFacts> byName(Optional<GatewayClassFacts> found) {
    return found.map(c -> Map.of(c.name(), c)).orElse(Map.of());
  }

  /** Status is no fact: it would wake up everybody who only wants to know what is wanted. */
  private World withTools(World cached) {
    Map<ObjectKey, List<String>> tools = new HashMap<>();
    cached
        .registrations()
        .keySet()
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
  private World holder(ObjectKey gateway, World cached, Deadline deadline) {
    List<ExtensionFacts> claimants = await(live.extensionsClaiming(gateway), deadline);
    // Only who holds its namespace competes for a Gateway, so their neighbours decide as well.
    Set<String> namespaces =
        claimants.stream()
            .filter(e -> e.claimKey().equals(gateway))
            .map(e -> e.key().namespace())
            .limit(NEIGHBOURHOODS)
            .collect(Collectors.toSet());
    List<ExtensionFacts> neighbours =
        namespaces.stream().map(live::extensionsIn).toList().stream()
            .flatMap(asked -> await(asked, deadline).stream())
            .toList();
    Map<ObjectKey, ExtensionFacts> extensions =
        replaced(
            cached.extensions(),
            e ->
                e.gateway().name().equals(gateway.name())
                    || namespaces.contains(e.key().namespace()),
            claimants,
            ExtensionFacts::key);
    neighbours.forEach(e -> extensions.put(e.key(), e));
    World.Builder world = cached.toBuilder().extensions(extensions);
    return withGrants(world, cached, gateway, claimants, deadline).build();
  }

  /** A claim from another namespace counts only with a grant, so then the grants decide as well. */
  private World.Builder withGrants(
      World.Builder world,
      World cached,
      ObjectKey gateway,
      Collection<ExtensionFacts> claimants,
      Deadline deadline) {
    String namespace = gateway.namespace();
    boolean foreign =
        claimants.stream()
            .anyMatch(e -> e.claimKey().equals(gateway) && !e.key().namespace().equals(namespace));
    return foreign
        ? world.grants(
            replaced(
                cached.grants(),
                g -> g.key().namespace().equals(namespace),
                await(live.grantsIn(namespace), deadline),
                GrantFacts::key))
        : world;
  }

  /** What is cached, with everything that {@code stale} matches replaced by what was just read. */
  static <F> Map<ObjectKey, F> replaced(
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
