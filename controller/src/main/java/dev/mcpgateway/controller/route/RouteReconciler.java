package dev.mcpgateway.controller.route;

import dev.mcpgateway.controller.api.ObjectKey;
import dev.mcpgateway.controller.api.cache.WatchedKind;
import dev.mcpgateway.controller.api.cache.WorldCache;
import dev.mcpgateway.controller.observe.Outlook;
import dev.mcpgateway.controller.observe.RouteInputs;
import dev.mcpgateway.controller.queue.Outcome;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.HTTPRoute;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.RouteParentStatus;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** Keeps this project's entries in {@code status.parents} of a route. */
public final class RouteReconciler {
  /**
   * After a write it is looked at once more. An entry that another controller overwrites before
   * anybody has noticed it leaves the inputs as they were, so nothing else would ask for a pass.
   */
  private static final Duration REVIEW = Duration.ofSeconds(3);

  private final Supplier<Outlook> outlook;
  private final WorldCache world;
  private final RouteStatusWriter statuses;
  private final Clock clock;

  public RouteReconciler(
      Supplier<Outlook> outlook, WorldCache world, RouteStatusWriter statuses, Clock clock) {
    this.outlook = outlook;
    this.world = world;
    this.statuses = statuses;
    this.clock = clock;
  }

  /**
   * Reconciles the entries in the status of a route.
   *
   * @throws KubernetesClientException with code 409 when somebody else wrote meanwhile
   */
  public Outcome reconcile(ObjectKey key) {
    Optional<RouteInputs> inputs = outlook.get().route(key);
    Optional<HTTPRoute> stored = world.stored(WatchedKind.ROUTE, key, HTTPRoute.class);
    if (inputs.isPresent() && stored.isPresent()) {
      List<RouteParentStatus> parents =
          RouteStatusBuilder.parents(stored.get(), inputs.get(), clock);
      if (!parents.equals(RouteStatusBuilder.present(stored.get()))) {
        statuses.write(stored.get(), parents);
        return new Outcome.Again(REVIEW);
      }
    }
    return Outcome.DONE;
  }
}
