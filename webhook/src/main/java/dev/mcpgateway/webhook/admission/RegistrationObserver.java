package dev.mcpgateway.webhook.admission;

import dev.mcpgateway.controller.api.ObjectKey;
import dev.mcpgateway.controller.api.facts.CredentialFacts;
import dev.mcpgateway.controller.api.facts.RegistrationFacts;
import dev.mcpgateway.controller.api.facts.RegistrationFacts.Credential;
import dev.mcpgateway.controller.api.facts.RouteFacts;
import dev.mcpgateway.controller.api.facts.ServiceFacts;
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
        Map<ObjectKey, RegistrationFacts> rivals =
            rivals(candidate, neighbourhood(route, cached), cached, live);
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
      Set<String> near = neighbourhood(expected, cached);
      beginRivals(candidate, near, live);
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

  /**
   * Namespaces with a route on one of the Gateways that let this one in: only their registrations
   * can be in the way.
   */
  private static Set<String> neighbourhood(Optional<RouteFacts> route, World cached) {
    return route.stream()
        .flatMap(r -> r.acceptedBy().stream())
        .flatMap(cached::routesAttachedTo)
        .map(r -> r.key().namespace())
        .collect(Collectors.toSet());
  }

  /**
   * Registrations that a candidate can collide with: those with its route or prefix as stored now,
   * others of the neighbourhood from the cache.
   */
  private static Map<ObjectKey, RegistrationFacts> rivals(
      RegistrationFacts candidate, Set<String> near, World cached, LiveReads live) {
    String prefix = candidate.toolPrefix();
    Map<ObjectKey, RegistrationFacts> rivals = new HashMap<>();
    elsewhere(candidate, near, cached)
        .filter(r -> !r.route().equals(candidate.route()))
        .filter(r -> prefix.isEmpty() || !r.toolPrefix().equals(prefix))
        .forEach(r -> rivals.put(r.key(), r));
    beginRivals(candidate, near, live)
        .forEach(asked -> asked.required().forEach(r -> rivals.put(r.key(), r)));
    return rivals;
  }

  private static List<Answer<List<RegistrationFacts>>> beginRivals(
      RegistrationFacts candidate, Set<String> near, LiveReads live) {
    String prefix = candidate.toolPrefix();
    var sameRoute = Stream.of(live.registrationsOf(candidate.route()));
    if (prefix.isEmpty()) {
      return sameRoute.toList();
    }
    var samePrefix =
        near.size() > NAMESPACES
            ? Stream.of(live.registrationsWithPrefix(prefix))
            : Stream.concat(Stream.of(candidate.key().namespace()), near.stream())
                .distinct()
                .map(namespace -> live.registrationsWithPrefix(prefix, namespace));
    return Stream.concat(sameRoute, samePrefix).toList();
  }

  /** What the cache knows of the neighbourhood. */
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
   * Whether a rival with the prefix is on the Gateway decides, so its route is read live too; not
   * when the cache knows that it leads elsewhere, so that those never take the place of one that
   * does not.
   */
  static Stream<ObjectKey> routesOfRivals(
      RegistrationFacts candidate,
      Optional<RouteFacts> route,
      Stream<RegistrationFacts> rivals,
      World cached) {
    Set<ObjectKey> gateways =
        route.stream().flatMap(r -> r.attached().stream()).collect(Collectors.toSet());
    return rivals
        .filter(r -> !candidate.toolPrefix().isEmpty())
        .filter(r -> r.toolPrefix().equals(candidate.toolPrefix()))
        .map(RegistrationFacts::route)
        .filter(key -> !key.equals(candidate.route()))
        .distinct()
        .filter(key -> cached.route(key).map(r -> names(r, gateways)).orElse(true))
        .sorted()
        .limit(ROUTES);
  }

  private static boolean names(RouteFacts route, Set<ObjectKey> gateways) {
    return route.parents().stream().anyMatch(p -> gateways.contains(p.gateway()));
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
