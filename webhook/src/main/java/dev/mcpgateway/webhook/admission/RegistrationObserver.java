package dev.mcpgateway.webhook.admission;

import static dev.mcpgateway.webhook.admission.AdmissionObserver.replaced;
import static dev.mcpgateway.webhook.admission.LiveReads.await;

import dev.mcpgateway.controller.api.ObjectKey;
import dev.mcpgateway.controller.api.facts.CredentialFacts;
import dev.mcpgateway.controller.api.facts.RegistrationFacts;
import dev.mcpgateway.controller.api.facts.RouteFacts;
import dev.mcpgateway.controller.api.facts.ServiceFacts;
import dev.mcpgateway.controller.api.rules.World;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Gathers what a registration is judged against: its rivals, its route, its Secret and its Services
 * as stored now, everything else from the cache. Secrets and Services are read one by one and never
 * watched (decision 18).
 */
final class RegistrationObserver {
  /** A route that leads to more Services than one is told so without looking at them all. */
  private static final int SERVICES = 3;

  /** Routes of rivals that are read; admission lets few rivals pass. */
  private static final int ROUTES = 16;

  /** With more namespaces than these one question about all of them is cheaper. */
  private static final int NAMESPACES = 8;

  private final LiveReads live;

  RegistrationObserver(LiveReads live) {
    this.live = live;
  }

  World observe(AdmissionCase.Registration admission, World cached, Deadline deadline) {
    RegistrationFacts candidate = admission.after();
    if (candidate.deleting()) {
      return cached;
    }
    var secret = candidate.credential();
    Future<Optional<CredentialFacts>> credential =
        secret == null
            ? CompletableFuture.completedFuture(Optional.empty())
            : live.credential(secret.secret());
    World.Builder world = cached.toBuilder();
    if (candidate.route().namespace().equals(candidate.key().namespace())) {
      Optional<RouteFacts> route = await(live.route(candidate.route()), deadline);
      var services = route.map(this::services).orElse(List.of());
      Map<ObjectKey, RouteFacts> routes =
          replaced(
              cached.routes(),
              r -> r.key().equals(candidate.route()),
              route.stream().toList(),
              RouteFacts::key);
      if (admission.claims()) {
        Set<String> near = route.map(r -> neighbourhood(r, cached)).orElse(Set.of());
        Map<ObjectKey, RegistrationFacts> rivals = rivals(candidate, near, cached, deadline);
        world.registrations(rivals);
        routesOfRivals(candidate, rivals, deadline).forEach(r -> routes.put(r.key(), r));
      }
      world.routes(routes);
      world.services(found(services, deadline));
    }
    await(credential, deadline).ifPresent(c -> world.credentials(Map.of(c.key(), c)));
    return world.build();
  }

  /** Namespaces with a route on one of the Gateways: only their registrations can be in the way. */
  private static Set<String> neighbourhood(RouteFacts route, World cached) {
    List<ObjectKey> gateways = route.attached();
    return cached.routes().values().stream()
        .filter(r -> !Collections.disjoint(r.attached(), gateways))
        .map(r -> r.key().namespace())
        .collect(Collectors.toSet());
  }

  /**
   * Registrations that a candidate can collide with: those with its route or prefix as stored now,
   * others of the neighbourhood from the cache.
   */
  private Map<ObjectKey, RegistrationFacts> rivals(
      RegistrationFacts candidate, Set<String> near, World cached, Deadline deadline) {
    String own = candidate.key().namespace();
    String prefix = candidate.toolPrefix();
    List<Future<List<RegistrationFacts>>> asked = new ArrayList<>();
    asked.add(live.registrationsOf(candidate.route()));
    if (!prefix.isEmpty()) {
      if (near.size() > NAMESPACES) {
        asked.add(live.registrationsWithPrefix(prefix));
      } else {
        Stream.concat(Stream.of(own), near.stream())
            .distinct()
            .map(namespace -> live.registrationsWithPrefix(prefix, namespace))
            .forEach(asked::add);
      }
    }
    Map<ObjectKey, RegistrationFacts> rivals = new HashMap<>();
    cached.registrations().values().stream()
        .filter(r -> r.key().namespace().equals(own) || near.contains(r.key().namespace()))
        .filter(r -> !r.route().equals(candidate.route()))
        .filter(r -> prefix.isEmpty() || !r.toolPrefix().equals(prefix))
        .forEach(r -> rivals.put(r.key(), r));
    asked.forEach(a -> await(a, deadline).forEach(r -> rivals.put(r.key(), r)));
    return rivals;
  }

  /** Whether a rival with the prefix is on the Gateway decides, so its route is read live too. */
  private List<RouteFacts> routesOfRivals(
      RegistrationFacts candidate, Map<ObjectKey, RegistrationFacts> rivals, Deadline deadline) {
    return rivals.values().stream()
        .filter(r -> !candidate.toolPrefix().isEmpty())
        .filter(r -> r.toolPrefix().equals(candidate.toolPrefix()))
        .map(RegistrationFacts::route)
        .filter(route -> !route.equals(candidate.route()))
        .distinct()
        .limit(ROUTES)
        .map(live::route)
        .toList()
        .stream()
        .flatMap(asked -> await(asked, deadline).stream())
        .toList();
  }

  private List<Future<Optional<ServiceFacts>>> services(RouteFacts route) {
    return route.rules().stream()
        .flatMap(r -> r.backends().stream())
        .filter(b -> b.group().isEmpty() && b.kind().equals("Service"))
        .map(RouteFacts.Backend::target)
        .distinct()
        .limit(SERVICES)
        .map(live::service)
        .toList();
  }

  private static Map<ObjectKey, ServiceFacts> found(
      List<Future<Optional<ServiceFacts>>> asked, Deadline deadline) {
    Map<ObjectKey, ServiceFacts> services = new HashMap<>();
    asked.forEach(s -> await(s, deadline).ifPresent(f -> services.put(f.key(), f)));
    return services;
  }
}
