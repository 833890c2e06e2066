package dev.mcpgateway.webhook.admission;

import dev.mcpgateway.controller.api.rules.World;
import java.util.List;
import java.util.Set;

/**
 * What a case is judged against.
 *
 * @param world whatever could be a reason to refuse is in it, or there would be no view at all
 * @param routers EnvoyFilters in the Gateway that is claimed
 * @param unseen what is not in it for another reason than that it does not exist
 */
record View(World world, List<RouterFilterFacts> routers, Set<Unseen> unseen) {
  /** Nothing exists, and nothing was looked for. */
  static final View EMPTY = of(World.EMPTY);

  View {
    routers = List.copyOf(routers);
    unseen = Set.copyOf(unseen);
  }

  /** All that was looked for has been seen. */
  static View of(World world) {
    return new View(world, List.of(), Set.of());
  }
}
