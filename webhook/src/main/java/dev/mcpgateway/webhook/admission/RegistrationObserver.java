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
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;

/**
 * Gathers what a registration is judged against: its rivals, its route, its Secret and its Services
 * as stored now, everything else from the cache. Secrets and Services are read one by one and never
 * watched (decision 18).
 */
final class RegistrationObserver {
  /** A route that leads to more Services than one is told so without looking at them all. */
  private static final int SERVICES = 3;

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
      Future<Optional<RouteFacts>> route = live.route(candidate.route());
      if (admission.claims()) {
        rivals(world, candidate, cached, deadline);
      }
      Optional<RouteFacts> found = await(route, deadline);
      world.routes(
          replaced(
              cached.routes(),
              r -> r.key().equals(candidate.route()),
              found.stream().toList(),
              RouteFacts::key));
      world.services(services(found, deadline));
    }
    await(credential, deadline).ifPresent(c -> world.credentials(Map.of(c.key(), c)));
    return world.build();
  }

  private void rivals(
      World.Builder world, RegistrationFacts candidate, World cached, Deadline deadline) {
    String prefix = candidate.toolPrefix();
    var sameRoute = live.registrationsOf(candidate.route());
    Future<List<RegistrationFacts>> samePrefix =
        prefix.isEmpty()
            ? CompletableFuture.completedFuture(List.of())
            : live.registrationsWithPrefix(prefix);
    List<RegistrationFacts> fresh = new ArrayList<>(await(sameRoute, deadline));
    fresh.addAll(await(samePrefix, deadline));
    world.registrations(
        replaced(
            cached.registrations(),
            r ->
                r.route().equals(candidate.route())
                    || (!prefix.isEmpty() && r.toolPrefix().equals(prefix)),
            fresh,
            RegistrationFacts::key));
  }

  private Map<ObjectKey, ServiceFacts> services(Optional<RouteFacts> route, Deadline deadline) {
    List<Future<Optional<ServiceFacts>>> asked =
        route.stream()
            .flatMap(r -> r.rules().stream())
            .flatMap(r -> r.backends().stream())
            .filter(b -> b.group().isEmpty() && b.kind().equals("Service"))
            .map(RouteFacts.Backend::target)
            .distinct()
            .limit(SERVICES)
            .map(live::service)
            .toList();
    Map<ObjectKey, ServiceFacts> services = new HashMap<>();
    asked.forEach(s -> await(s, deadline).ifPresent(f -> services.put(f.key(), f)));
    return services;
  }
}
