package dev.mcpgateway.controller.route;

import static java.util.stream.Collectors.toCollection;

import dev.mcpgateway.controller.api.conditions.ConditionNames;
import dev.mcpgateway.controller.api.conditions.Conditions;
import dev.mcpgateway.controller.api.conditions.Conditions.Wanted;
import dev.mcpgateway.controller.api.facts.FactsMapper;
import dev.mcpgateway.controller.observe.RouteInputs;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.HTTPRoute;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.ParentReference;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.RouteParentStatus;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.RouteParentStatusBuilder;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What {@code status.parents} of a route shall be: everybody else's entries as they are and where
 * they are, and one of ours per parent in use (Gateway API: an implementation writes only entries
 * with its own {@code controllerName}). Nothing changes its place: another controller that prefers
 * an order of its own must not be fought. Pure.
 */
final class RouteStatusBuilder {
  /** Most entries the API server stores. */
  private static final int MAX_PARENTS = 32;

  private static final Wanted PROGRAMMED =
      new Wanted(
          ConditionNames.PROGRAMMED,
          true,
          "InUseByMCPServerRegistration",
          "HTTPRoute is referenced by at least one MCPServerRegistration");

  private RouteStatusBuilder() {}

  static List<RouteParentStatus> parents(HTTPRoute stored, RouteInputs inputs, Clock clock) {
    String namespace = stored.getMetadata().getNamespace();
    Set<ParentReference> missing =
        parentRefs(stored).stream()
            .filter(ref -> inputs.inUse().contains(FactsMapper.parent(ref, namespace)))
            .collect(toCollection(LinkedHashSet::new));
    List<RouteParentStatus> parents = new ArrayList<>();
    for (RouteParentStatus present : present(stored)) {
      if (!ours(present)) {
        parents.add(present);
      } else if (missing.remove(present.getParentRef())) {
        parents.add(entry(present.getParentRef(), present.getConditions(), inputs, clock));
      }
    }
    missing.stream()
        .limit(Math.max(0, MAX_PARENTS - parents.size()))
        .forEach(ref -> parents.add(entry(ref, null, inputs, clock)));
    return List.copyOf(parents);
  }

  /** None for a route that somebody has detached from all its Gateways. */
  private static List<ParentReference> parentRefs(HTTPRoute stored) {
    return stored.getSpec() == null ? List.of() : stored.getSpec().getParentRefs();
  }

  static List<RouteParentStatus> present(HTTPRoute stored) {
    return stored.getStatus() == null || stored.getStatus().getParents() == null
        ? List.of()
        : stored.getStatus().getParents();
  }

  private static RouteParentStatus entry(
      ParentReference ref, @Nullable List<Condition> before, RouteInputs inputs, Clock clock) {
    return new RouteParentStatusBuilder()
        .withControllerName(FactsMapper.ROUTE_CONTROLLER_NAME)
        .withParentRef(ref)
        .withConditions(
            Conditions.merge(before, List.of(PROGRAMMED), inputs.route().generation(), clock))
        .build();
  }

  private static boolean ours(RouteParentStatus parent) {
    return FactsMapper.ROUTE_CONTROLLER_NAME.equals(parent.getControllerName());
  }
}
