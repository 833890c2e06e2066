package dev.mcpgateway.webhook.admission;

import dev.mcpgateway.controller.api.ObjectKey;
import dev.mcpgateway.controller.api.facts.GatewayFacts;
import dev.mcpgateway.controller.api.facts.RegistrationFacts;
import dev.mcpgateway.controller.api.facts.RouteFacts;
import dev.mcpgateway.controller.api.facts.RouteSources;
import dev.mcpgateway.controller.api.rules.RegistrationConflictRules;
import dev.mcpgateway.controller.api.rules.World;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Reads who may have the same route or tool prefix as a registration, and whose routes decide that.
 * Without a prefix nobody on any Gateway can be in its way, so no Gateway is asked for then.
 */
final class RivalReads {
  private final RegistrationFacts candidate;
  private final World cached;
  private final LiveReads live;

  RivalReads(RegistrationFacts candidate, World cached, LiveReads live) {
    this.candidate = candidate;
    this.cached = cached;
    this.live = live;
  }

  /** Asks at once what will be asked for if the cache is right about a route. */
  void begin(Optional<RouteFacts> route) {
    Set<ObjectKey> gateways = gateways(route);
    gateways.forEach(live::gateway);
    ask(sources(gateways.stream().flatMap(g -> cached.gateway(g).stream())));
    deciding(candidate, route, elsewhere(gateways), cached).stream()
        .limit(ReadLimits.ROUTES)
        .forEach(live::route);
  }

  /**
   * Registrations that the candidate can collide with: those with its route or prefix as stored
   * now, others of its neighbours, which only lead to warnings, from the cache.
   *
   * @param route the candidate's, as stored now
   */
  Map<ObjectKey, RegistrationFacts> registrations(Optional<RouteFacts> route) {
    Set<ObjectKey> gateways = gateways(route);
    String prefix = candidate.toolPrefix();
    Map<ObjectKey, RegistrationFacts> rivals = new HashMap<>();
    elsewhere(gateways)
        .filter(r -> !r.route().equals(candidate.route()))
        .filter(r -> prefix.isEmpty() || !r.toolPrefix().equals(prefix))
        .forEach(r -> rivals.put(r.key(), r));
    // A Gateway that is gone lets nobody in.
    ask(sources(gateways.stream().flatMap(g -> live.gateway(g).required().stream())))
        .forEach(asked -> asked.required().forEach(r -> rivals.put(r.key(), r)));
    return rivals;
  }

  /**
   * The routes of rivals: as stored now where they decide, others from the cache. They are read
   * until somebody is in the way on each Gateway.
   */
  Map<ObjectKey, RouteFacts> routes(
      Optional<RouteFacts> route, Map<ObjectKey, RegistrationFacts> rivals) {
    Map<ObjectKey, RouteFacts> routes = new HashMap<>();
    rivals.values().stream()
        .map(RegistrationFacts::route)
        .filter(key -> !key.equals(candidate.route()))
        .flatMap(key -> cached.route(key).stream())
        .forEach(r -> routes.put(r.key(), r));
    List<ObjectKey> deciding = deciding(candidate, route, rivals.values().stream(), cached);
    Set<ObjectKey> free = attached(route);
    for (int from = 0; from < deciding.size() && !free.isEmpty(); from += ReadLimits.ROUTES) {
      List<ObjectKey> batch =
          deciding.subList(from, Math.min(deciding.size(), from + ReadLimits.ROUTES));
      batch.forEach(live::route);
      for (ObjectKey key : batch) {
        Optional<RouteFacts> read = live.route(key).required();
        read.ifPresentOrElse(r -> routes.put(key, r), () -> routes.remove(key));
        read.ifPresent(r -> free.removeAll(common(candidate, route, r)));
      }
    }
    return routes;
  }

  /**
   * Routes of live rivals with the candidate's prefix, to be read in this order: those that the
   * cache knows to be in the way, those of which it knows too little, and, while that makes no
   * further batch, those that it believes to lead elsewhere.
   */
  static List<ObjectKey> deciding(
      RegistrationFacts candidate,
      Optional<RouteFacts> route,
      Stream<RegistrationFacts> rivals,
      World cached) {
    Set<ObjectKey> attached = attached(route);
    if (attached.isEmpty() || candidate.toolPrefix().isEmpty()) {
      return List.of();
    }
    Map<Belief, List<ObjectKey>> believed =
        rivals
            .filter(r -> r.toolPrefix().equals(candidate.toolPrefix()))
            .filter(r -> RegistrationConflictRules.competes(r) && !r.key().equals(candidate.key()))
            .map(RegistrationFacts::route)
            .filter(key -> !key.equals(candidate.route()))
            .distinct()
            .sorted()
            .collect(
                Collectors.groupingBy(
                    key -> belief(candidate, route, cached.route(key), attached)));
    List<ObjectKey> mayCount =
        Stream.of(Belief.IN_THE_WAY, Belief.UNKNOWN)
            .flatMap(belief -> believed.getOrDefault(belief, List.of()).stream())
            .toList();
    return Stream.concat(
            mayCount.stream(),
            believed.getOrDefault(Belief.ELSEWHERE, List.of()).stream()
                .limit(Math.max(0, ReadLimits.ROUTES - mayCount.size())))
        .toList();
  }

  /** What the cache knows of a rival's route. */
  private enum Belief {
    IN_THE_WAY,
    UNKNOWN,
    ELSEWHERE
  }

  private static Belief belief(
      RegistrationFacts candidate,
      Optional<RouteFacts> route,
      Optional<RouteFacts> rival,
      Set<ObjectKey> attached) {
    if (rival.isEmpty()) {
      return Belief.UNKNOWN;
    }
    if (!common(candidate, route, rival.get()).isEmpty()) {
      return Belief.IN_THE_WAY;
    }
    return rival.get().parents().stream().anyMatch(p -> attached.contains(p.gateway()))
        ? Belief.UNKNOWN
        : Belief.ELSEWHERE;
  }

  /** Gateways on which a rival with this route counts (see {@link RegistrationConflictRules}). */
  private static Set<ObjectKey> common(
      RegistrationFacts candidate, Optional<RouteFacts> route, RouteFacts rival) {
    boolean beside = rival.key().namespace().equals(candidate.key().namespace());
    Set<ObjectKey> common =
        beside
            ? attached(route)
            : route.stream().flatMap(r -> r.acceptedBy().stream()).collect(Collectors.toSet());
    common.retainAll(Set.copyOf(beside ? rival.attached() : rival.acceptedBy()));
    return common;
  }

  /** All the Gateways the candidate belongs to; the set is the caller's. */
  private static Set<ObjectKey> attached(Optional<RouteFacts> route) {
    return route.stream()
        .flatMap(r -> r.attached().stream())
        .collect(Collectors.toCollection(HashSet::new));
  }

  /** The Gateways that let this one in: across namespaces only what is on them is in the way. */
  private Set<ObjectKey> gateways(Optional<RouteFacts> route) {
    return route
        .filter(r -> !candidate.toolPrefix().isEmpty())
        .map(r -> Set.copyOf(r.acceptedBy()))
        .orElse(Set.of());
  }

  /** Whose registrations can be in the way: who is not let in by a Gateway has none there. */
  private static RouteSources sources(Stream<GatewayFacts> gateways) {
    return gateways.map(GatewayFacts::routes).reduce(RouteSources.nowhere(), RouteSources::or);
  }

  /**
   * What the cache knows of the candidate's namespace, and of those with routes on the Gateways.
   */
  private Stream<RegistrationFacts> elsewhere(Set<ObjectKey> gateways) {
    Stream<String> near =
        gateways.stream().flatMap(cached::routesAttachedTo).map(r -> r.key().namespace());
    return Stream.concat(Stream.of(candidate.key().namespace()), near)
        .distinct()
        .flatMap(cached::registrationsIn);
  }

  private List<Answer<List<RegistrationFacts>>> ask(RouteSources sources) {
    var sameRoute = Stream.of(live.registrationsOf(candidate.route()));
    return candidate.toolPrefix().isEmpty()
        ? sameRoute.toList()
        : Stream.concat(sameRoute, samePrefix(sources)).toList();
  }

  private Stream<Answer<List<RegistrationFacts>>> samePrefix(RouteSources sources) {
    String prefix = candidate.toolPrefix();
    return switch (sources) {
      case RouteSources.Namespaces(Set<String> names) when names.size() <= ReadLimits.NAMESPACES ->
          Stream.concat(Stream.of(candidate.key().namespace()), names.stream())
              .distinct()
              .map(namespace -> live.registrationsWithPrefix(prefix, namespace));
      case RouteSources.Namespaces _, RouteSources.Anywhere _ ->
          Stream.of(live.registrationsWithPrefix(prefix));
    };
  }
}
