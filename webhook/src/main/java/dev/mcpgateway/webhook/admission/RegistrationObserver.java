package dev.mcpgateway.webhook.admission;

import dev.mcpgateway.controller.api.ObjectKey;
import dev.mcpgateway.controller.api.facts.CredentialFacts;
import dev.mcpgateway.controller.api.facts.GatewayFacts;
import dev.mcpgateway.controller.api.facts.RegistrationFacts;
import dev.mcpgateway.controller.api.facts.RegistrationFacts.Credential;
import dev.mcpgateway.controller.api.facts.RouteFacts;
import dev.mcpgateway.controller.api.facts.RouteSources;
import dev.mcpgateway.controller.api.facts.ServiceFacts;
import dev.mcpgateway.controller.api.rules.World;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Gathers what a registration is judged against: its rivals, its route, its Secret and its Services
 * as stored now, everything else from the cache. Secrets and Services are read one by one and never
 * watched (decision 18); only warnings depend on them.
 */
final class RegistrationObserver {
  /** A route that leads to more Services than one is told so without looking at them all. */
  private static final int SERVICES = 3;

  /** Routes of rivals that are read; admission lets few rivals pass. */
  static final int ROUTES = 16;

  /** With more namespaces than these one question about all of them is cheaper. */
  private static final int NAMESPACES = 8;

  private RegistrationObserver() {}

  static View observe(AdmissionCase.Registration admission, World cached, LiveReads live) {
    RegistrationFacts candidate = admission.after();
    begin(admission, cached, live);
    World.Builder world = cached.toBuilder();
    Set<Unseen> unseen = new HashSet<>();
    if (ofItsNamespace(candidate)) {
      Optional<RouteFacts> route = route(admission, cached, live);
      Map<ObjectKey, RouteFacts> routes = new HashMap<>();
      // Asked before anything is waited for.
      Set<ObjectKey> targets = services(route);
      targets.forEach(live::service);
      if (admission.claims()) {
        Set<ObjectKey> gateways = gateways(route);
        gateways.forEach(live::gateway);
        Map<ObjectKey, RegistrationFacts> rivals =
            rivals(candidate, neighbours(gateways, cached), asked(gateways, live), cached, live);
        world.registrations(rivals);
        routes.putAll(routesOf(candidate, route, rivals, cached, live));
      } else {
        routes.putAll(cached.routes());
        routes.remove(candidate.route());
      }
      route.ifPresent(r -> routes.put(r.key(), r));
      world.routes(routes).services(found(targets, unseen, live));
    }
    world.credentials(credential(candidate, unseen, live));
    return new View(world.build(), List.of(), unseen);
  }

  /** Asks at once what will be asked for if the cache is right. */
  private static void begin(AdmissionCase.Registration admission, World cached, LiveReads live) {
    RegistrationFacts candidate = admission.after();
    Credential wanted = candidate.credential();
    if (wanted != null) {
      live.credential(wanted.secret());
    }
    if (!ofItsNamespace(candidate)) {
      return;
    }
    live.route(candidate.route());
    Optional<RouteFacts> expected = cached.route(candidate.route());
    services(expected).forEach(live::service);
    if (admission.claims()) {
      Set<ObjectKey> gateways = gateways(expected);
      gateways.forEach(live::gateway);
      RouteSources sources = sources(gateways.stream().flatMap(g -> cached.gateway(g).stream()));
      beginRivals(candidate, sources, live);
      Set<String> near = neighbours(gateways, cached);
      routesOfRivals(candidate, expected, elsewhere(candidate, near, cached), cached)
          .forEach(live::route);
    }
  }

  /**
   * Whether a prefix is taken depends on the route's Gateways; otherwise it only leads to warnings.
   */
  private static Optional<RouteFacts> route(
      AdmissionCase.Registration admission, World cached, LiveReads live) {
    ObjectKey key = admission.after().route();
    Answer<Optional<RouteFacts>> asked = live.route(key);
    return admission.claims() && !admission.after().toolPrefix().isEmpty()
        ? asked.required()
        : asked.told().orElseGet(() -> cached.route(key));
  }

  private static boolean ofItsNamespace(RegistrationFacts registration) {
    return registration.route().namespace().equals(registration.key().namespace());
  }

  /** The Gateways that let this one in: across namespaces only what is on them is in the way. */
  private static Set<ObjectKey> gateways(Optional<RouteFacts> route) {
    return route.stream().flatMap(r -> r.acceptedBy().stream()).collect(Collectors.toSet());
  }

  /** Whose registrations can be in the way: who is not let in by a Gateway has none there. */
  private static RouteSources sources(Stream<GatewayFacts> gateways) {
    return gateways.map(GatewayFacts::routes).reduce(RouteSources.nowhere(), RouteSources::or);
  }

  /** The same as stored now; a Gateway that is gone lets nobody in. */
  private static RouteSources asked(Set<ObjectKey> gateways, LiveReads live) {
    return sources(gateways.stream().flatMap(g -> live.gateway(g).required().stream()));
  }

  /** Namespaces that have a route on one of the Gateways, as far as the cache knows. */
  private static Set<String> neighbours(Set<ObjectKey> gateways, World cached) {
    return gateways.stream()
        .flatMap(cached::routesAttachedTo)
        .map(r -> r.key().namespace())
        .collect(Collectors.toSet());
  }

  /**
   * Registrations that a candidate can collide with: those with its route or prefix as stored now,
   * others of its neighbours, which only lead to warnings, from the cache.
   */
  private static Map<ObjectKey, RegistrationFacts> rivals(
      RegistrationFacts candidate,
      Set<String> near,
      RouteSources sources,
      World cached,
      LiveReads live) {
    String prefix = candidate.toolPrefix();
    Map<ObjectKey, RegistrationFacts> rivals = new HashMap<>();
    elsewhere(candidate, near, cached)
        .filter(r -> !r.route().equals(candidate.route()))
        .filter(r -> prefix.isEmpty() || !r.toolPrefix().equals(prefix))
        .forEach(r -> rivals.put(r.key(), r));
    beginRivals(candidate, sources, live)
        .forEach(asked -> asked.required().forEach(r -> rivals.put(r.key(), r)));
    return rivals;
  }

  private static List<Answer<List<RegistrationFacts>>> beginRivals(
      RegistrationFacts candidate, RouteSources sources, LiveReads live) {
    var sameRoute = Stream.of(live.registrationsOf(candidate.route()));
    return candidate.toolPrefix().isEmpty()
        ? sameRoute.toList()
        : Stream.concat(sameRoute, samePrefix(candidate, sources, live)).toList();
  }

  private static Stream<Answer<List<RegistrationFacts>>> samePrefix(
      RegistrationFacts candidate, RouteSources sources, LiveReads live) {
    String prefix = candidate.toolPrefix();
    return switch (sources) {
      case RouteSources.Namespaces(Set<String> names) when names.size() <= NAMESPACES ->
          Stream.concat(Stream.of(candidate.key().namespace()), names.stream())
              .distinct()
              .map(namespace -> live.registrationsWithPrefix(prefix, namespace));
      case RouteSources.Namespaces _, RouteSources.Anywhere _ ->
          Stream.of(live.registrationsWithPrefix(prefix));
    };
  }

  /** What the cache knows of the candidate's namespace and its neighbours'. */
  private static Stream<RegistrationFacts> elsewhere(
      RegistrationFacts candidate, Set<String> near, World cached) {
    return Stream.concat(Stream.of(candidate.key().namespace()), near.stream())
        .distinct()
        .flatMap(cached::registrationsIn);
  }

  /** The routes of rivals: as stored now where they decide, others from the cache. */
  private static Map<ObjectKey, RouteFacts> routesOf(
      RegistrationFacts candidate,
      Optional<RouteFacts> route,
      Map<ObjectKey, RegistrationFacts> rivals,
      World cached,
      LiveReads live) {
    Map<ObjectKey, RouteFacts> routes = new HashMap<>();
    rivals.values().stream()
        .map(RegistrationFacts::route)
        .filter(key -> !key.equals(candidate.route()))
        .flatMap(key -> cached.route(key).stream())
        .forEach(r -> routes.put(r.key(), r));
    List<ObjectKey> deciding =
        routesOfRivals(candidate, route, rivals.values().stream(), cached).toList();
    deciding.forEach(live::route);
    for (ObjectKey key : deciding) {
      live.route(key).required().ifPresentOrElse(r -> routes.put(key, r), () -> routes.remove(key));
    }
    return routes;
  }

  /**
   * Whether a rival with the prefix is on the Gateway decides, so its route is read live too. Those
   * that the cache knows to lead elsewhere come last, so that they never take the place of one that
   * does not.
   */
  static Stream<ObjectKey> routesOfRivals(
      RegistrationFacts candidate,
      Optional<RouteFacts> route,
      Stream<RegistrationFacts> rivals,
      World cached) {
    Set<ObjectKey> gateways =
        route.stream().flatMap(r -> r.attached().stream()).collect(Collectors.toSet());
    if (gateways.isEmpty() || candidate.toolPrefix().isEmpty()) {
      return Stream.empty();
    }
    return rivals
        .filter(r -> r.toolPrefix().equals(candidate.toolPrefix()))
        .map(RegistrationFacts::route)
        .filter(key -> !key.equals(candidate.route()))
        .distinct()
        .sorted(
            Comparator.comparing((ObjectKey key) -> leadsElsewhere(key, gateways, cached))
                .thenComparing(Comparator.naturalOrder()))
        .limit(ROUTES);
  }

  private static boolean leadsElsewhere(ObjectKey route, Set<ObjectKey> gateways, World cached) {
    return cached.route(route).stream()
        .anyMatch(r -> r.parents().stream().noneMatch(p -> gateways.contains(p.gateway())));
  }

  private static Set<ObjectKey> services(Optional<RouteFacts> route) {
    return route.stream()
        .flatMap(r -> r.rules().stream())
        .flatMap(r -> r.backends().stream())
        .filter(b -> b.group().isEmpty() && b.kind().equals("Service"))
        .map(RouteFacts.Backend::target)
        .distinct()
        .limit(SERVICES)
        .collect(Collectors.toSet());
  }

  private static Map<ObjectKey, ServiceFacts> found(
      Set<ObjectKey> targets, Set<Unseen> unseen, LiveReads live) {
    Map<ObjectKey, ServiceFacts> services = new HashMap<>();
    for (ObjectKey key : targets) {
      live.service(key)
          .told()
          .ifPresentOrElse(
              found -> found.ifPresent(s -> services.put(key, s)),
              () -> unseen.add(new Unseen.Service(key)));
    }
    return services;
  }

  private static Map<ObjectKey, CredentialFacts> credential(
      RegistrationFacts candidate, Set<Unseen> unseen, LiveReads live) {
    Credential wanted = candidate.credential();
    if (wanted == null) {
      return Map.of();
    }
    Optional<Optional<CredentialFacts>> told = live.credential(wanted.secret()).told();
    if (told.isEmpty()) {
      unseen.add(new Unseen.Credential(wanted.secret()));
    }
    return told.flatMap(found -> found).map(c -> Map.of(c.key(), c)).orElse(Map.of());
  }
}
