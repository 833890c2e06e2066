package dev.mcpgateway.webhook.admission;

import dev.mcpgateway.controller.api.ObjectKey;
import dev.mcpgateway.controller.api.facts.ExtensionFacts;
import dev.mcpgateway.controller.api.facts.GatewayFacts;
import dev.mcpgateway.controller.api.facts.GrantFacts;
import dev.mcpgateway.controller.api.rules.ExtensionRules;
import dev.mcpgateway.controller.api.rules.ExtensionRules.Standing;
import dev.mcpgateway.controller.api.rules.Grants;
import dev.mcpgateway.controller.api.rules.Violation;
import dev.mcpgateway.controller.api.rules.World;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Gathers who claims a Gateway and with which grants, as stored now. What only leads to warnings is
 * cached; before one of those is given that would be false just after everything was created
 * together, the API server is asked.
 */
final class ClaimObserver {
  private ClaimObserver() {}

  /** All that decides about a newcomer: its neighbours and its rivals, as stored now. */
  static View claim(ExtensionFacts candidate, World cached, LiveReads live) {
    ObjectKey gateway = candidate.gateway();
    var neighbours = live.extensionsIn(candidate.key().namespace());
    begin(gateway, cached, live);
    gatewayClass(gateway, cached).ifPresent(live::gatewayClass);
    var routers = live.routersAt(gateway);
    Map<ObjectKey, ExtensionFacts> extensions = new HashMap<>();
    neighbours.required().forEach(e -> extensions.put(e.key(), e));
    claimants(gateway, live).forEach(e -> extensions.put(e.key(), e));
    World.Builder world = cached.toBuilder().extensions(extensions);
    withGrants(world, cached, gateway, extensions.values(), live);
    World known = confirmed(candidate, world.build(), live);
    // Only warnings depend on the rest.
    Set<Unseen> unseen = new HashSet<>();
    World whole = withGatewayClass(known, unseen, gateway, live);
    Optional<List<RouterFilterFacts>> present = routers.told();
    if (present.isEmpty()) {
      unseen.add(new Unseen.Routers(gateway));
    }
    return new View(whole, present.orElse(List.of()), unseen);
  }

  /**
   * The same world, after a look at what the candidate would be warned about: its grant or its
   * Gateway may have been created a moment before it. Nothing is asked for who is refused anyway,
   * and without an answer it stays as it was cached.
   */
  private static World confirmed(ExtensionFacts candidate, World world, LiveReads live) {
    List<Violation> violations =
        ExtensionRules.judge(candidate, Standing.NEWCOMER, world).violations();
    if (violations.stream()
        .anyMatch(
            v -> v instanceof Violation.NamespaceTaken || v instanceof Violation.GatewayTaken)) {
      return world;
    }
    World permitted =
        violations.stream().anyMatch(Violation.NotPermitted.class::isInstance)
            ? withOwnGrant(candidate, world, live)
            : world;
    return Grants.permitted(candidate, permitted)
            && permitted.gateway(candidate.gateway()).isEmpty()
        ? withGateway(candidate.gateway(), permitted, live)
        : permitted;
  }

  private static World withOwnGrant(ExtensionFacts candidate, World world, LiveReads live) {
    ObjectKey gateway = candidate.gateway();
    // As the chart names it.
    ObjectKey usual =
        new ObjectKey(
            gateway.namespace(),
            "allow-%s-%s".formatted(candidate.key().namespace(), gateway.name()));
    Predicate<GrantFacts> permits = g -> Grants.permits(g, candidate);
    Optional<GrantFacts> own =
        live.grant(usual)
            .told()
            .flatMap(found -> found)
            .filter(permits)
            .or(() ->
                live.grantsIn(gateway.namespace()).told().stream()
                    .flatMap(List::stream)
                    .filter(permits)
                    .findFirst());
    return own.map(g ->
            world.toBuilder()
                .grants(replaced(world.grants(), _ -> false, List.of(g), GrantFacts::key))
                .build())
        .orElse(world);
  }

  private static World withGateway(ObjectKey gateway, World world, LiveReads live) {
    return live.gateway(gateway)
        .told()
        .flatMap(found -> found)
        .map(g -> world.toBuilder().gateways(Map.of(gateway, g)).build())
        .orElse(world);
  }

  private static World withGatewayClass(
      World world, Set<Unseen> unseen, ObjectKey gateway, LiveReads live) {
    World.Builder whole = world.toBuilder();
    gatewayClass(gateway, world)
        .ifPresent(name ->
            live.gatewayClass(name)
                .told()
                .ifPresentOrElse(
                    found -> found.ifPresent(c -> whole.gatewayClasses(Map.of(name, c))),
                    () -> unseen.add(new Unseen.GatewayClass(name))));
    return whole.build();
  }

  private static Optional<String> gatewayClass(ObjectKey gateway, World world) {
    return world.gateway(gateway).map(GatewayFacts::gatewayClass);
  }

  /** Who holds a Gateway: its claimants as stored now, among all the others. */
  static World holder(ObjectKey gateway, World cached, LiveReads live) {
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
        .limit(ReadLimits.NEIGHBOURHOODS)
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
