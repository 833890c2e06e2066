package dev.mcpgateway.controller.observe;

import dev.mcpgateway.controller.api.facts.RouteFacts;
import dev.mcpgateway.controller.api.facts.RouteFacts.Parent;
import java.util.Set;

/**
 * Everything about this project's entries in the status of an HTTPRoute.
 *
 * @param inUse parents through which a registration of the route is served
 */
public record RouteInputs(RouteFacts route, Set<Parent> inUse) {
  public RouteInputs {
    inUse = Set.copyOf(inUse);
  }
}
