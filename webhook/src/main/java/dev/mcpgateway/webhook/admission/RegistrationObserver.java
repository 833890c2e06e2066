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

/**
 * Gathers what a registration is judged against: its rivals, its route, its Secret and its Services
 * as stored now, everything else from the cache. Secrets and Services are read one by one and never
 * watched (decision 18); only warnings depend on them.
 */
final class RegistrationObserver {
  private RegistrationObserver() {}

  static View observe(AdmissionCase.Registration admission, World cached, LiveReads live) {
    RegistrationFacts candidate = admission.after();
    Credential wanted = candidate.credential();
    if (wanted != null) {
      live.credential(wanted.secret());
    }
    Set<Unseen> unseen = new HashSet<>();
    World.Builder world = cached.toBuilder();
    if (ofItsNamespace(candidate)) {
      withRoute(world, unseen, admission, cached, live);
    }
    world.credentials(credential(candidate, unseen, live));
    return new View(world.build(), List.of(), unseen);
  }

  /** What its route leads to, and who else has that. */
  private static void withRoute(
      World.Builder world,
      Set<Unseen> unseen,
      AdmissionCase.Registration admission,
      World cached,
      LiveReads live) {
    RegistrationFacts candidate = admission.after();
    RivalReads rivals = new RivalReads(candidate, cached, live);
    live.route(candidate.route());
    begin(admission, cached.route(candidate.route()), rivals, live);
    Optional<RouteFacts> route = route(admission, cached, live);
    // Where the cache was right, all of that has been asked.
    begin(admission, route, rivals, live);
    Map<ObjectKey, RouteFacts> routes = new HashMap<>();
    if (admission.claims()) {
      Map<ObjectKey, RegistrationFacts> registrations = rivals.registrations(route);
      world.registrations(registrations);
      routes.putAll(rivals.routes(route, registrations));
    } else {
      routes.putAll(cached.routes());
      routes.remove(candidate.route());
    }
    route.ifPresent(r -> routes.put(r.key(), r));
    world.routes(routes).services(found(services(route), unseen, live));
  }

  /** Asks at once for all that depends on a route. */
  private static void begin(
      AdmissionCase.Registration admission,
      Optional<RouteFacts> route,
      RivalReads rivals,
      LiveReads live) {
    services(route).forEach(live::service);
    if (admission.claims()) {
      rivals.begin(route);
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

  private static Set<ObjectKey> services(Optional<RouteFacts> route) {
    return route.stream()
        .flatMap(r -> r.rules().stream())
        .flatMap(r -> r.backends().stream())
        .filter(b -> b.group().isEmpty() && b.kind().equals("Service"))
        .map(RouteFacts.Backend::target)
        .distinct()
        .limit(ReadLimits.SERVICES)
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
