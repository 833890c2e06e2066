package dev.mcpgateway.controller.observe;

import static java.util.stream.Collectors.groupingBy;

import dev.mcpgateway.controller.api.ObjectKey;
import dev.mcpgateway.controller.api.facts.RegistrationFacts;
import dev.mcpgateway.controller.api.rules.ExtensionRules.Standing;
import dev.mcpgateway.controller.api.rules.RegistrationConflict;
import dev.mcpgateway.controller.api.rules.RegistrationConflictRules;
import dev.mcpgateway.controller.api.rules.World;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Judges every registration against those that can stand in its way, and not against all of them:
 * the rules compare each with each, which for ten thousand would take longer than everything else.
 */
final class RegistrationConflicts {
  private final World world;
  private final Map<ObjectKey, Map<ObjectKey, RegistrationFacts>> rivals = new HashMap<>();

  RegistrationConflicts(World world) {
    this.world = world;
    Collection<RegistrationFacts> all = world.registrations().values();
    all.stream().collect(groupingBy(RegistrationFacts::route)).values().forEach(this::meet);
    Map<ObjectKey, List<RegistrationFacts>> byGateway = new HashMap<>();
    all.stream()
        .filter(r -> !r.toolPrefix().isEmpty())
        .sorted(Comparator.comparing(RegistrationFacts::toolPrefix))
        .forEach(r ->
            RegistrationConflictRules.gateways(r, world)
                .forEach(g -> byGateway.computeIfAbsent(g, k -> new ArrayList<>()).add(r)));
    byGateway.values().forEach(this::meetAlike);
  }

  /** What stands in a registration's way. */
  List<RegistrationConflict> of(RegistrationFacts registration) {
    Map<ObjectKey, RegistrationFacts> few = rivals.get(registration.key());
    // The rules read registrations and routes; a world of these few is quickly made.
    return few == null
        ? List.of()
        : RegistrationConflictRules.judge(
            registration,
            Standing.INCUMBENT,
            World.builder().registrations(few).routes(world.routes()).build());
  }

  /** In the order of prefixes, everything that begins with one follows it: alike ones adjoin. */
  private void meetAlike(List<RegistrationFacts> sorted) {
    List<RegistrationFacts> alike = new ArrayList<>();
    for (RegistrationFacts registration : sorted) {
      if (!alike.isEmpty()
          && !registration.toolPrefix().startsWith(alike.getFirst().toolPrefix())) {
        meet(alike);
        alike = new ArrayList<>();
      }
      alike.add(registration);
    }
    meet(alike);
  }

  private void meet(List<RegistrationFacts> group) {
    if (group.size() < 2) {
      return;
    }
    Map<ObjectKey, RegistrationFacts> members = new HashMap<>();
    group.forEach(r -> members.put(r.key(), r));
    group.forEach(r ->
        rivals.merge(
            r.key(),
            members,
            (one, other) -> {
              Map<ObjectKey, RegistrationFacts> both = new HashMap<>(one);
              both.putAll(other);
              return both;
            }));
  }
}
