package dev.mcpgateway.controller.api.rules;

import dev.mcpgateway.controller.api.ObjectKey;
import dev.mcpgateway.controller.api.facts.RegistrationFacts;
import dev.mcpgateway.controller.api.facts.RouteFacts;
import dev.mcpgateway.controller.api.rules.ExtensionRules.Standing;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What registrations of one Gateway may not share, the same for admission and for reconciliation. A
 * registration belongs to the Gateways its HTTPRoute names and that have not refused it (decision
 * 14). Across namespaces only those count that have accepted it: who may not attach a route neither
 * occupies a prefix nor learns of one.
 */
public final class RegistrationConflictRules {
  /** Who comes first has the better right. */
  public static final Comparator<RegistrationFacts> ORDER =
      Comparator.comparing(RegistrationFacts::created)
          .thenComparing(RegistrationFacts::key)
          .thenComparing(RegistrationFacts::uid);

  private RegistrationConflictRules() {}

  /**
   * Judges one registration against every other live one. "Self" is namespace/name.
   *
   * @param standing whether everybody else comes first, or only who was there before
   * @return duplicates first, then prefixes that are taken, then those that overlap
   */
  public static List<RegistrationConflict> judge(
      RegistrationFacts candidate, Standing standing, World world) {
    if (!competes(candidate)) {
      return List.of();
    }
    // Few stand in anybody's way, so what is cheap to tell apart goes first.
    List<RegistrationFacts> others =
        world.registrations().values().stream()
            .filter(
                r -> sameEndpoint(r, candidate) || alike(r.toolPrefix(), candidate.toolPrefix()))
            .filter(r -> competes(r) && !r.key().equals(candidate.key()))
            .sorted(ORDER)
            .toList();
    List<RegistrationFacts> earlier =
        switch (standing) {
          case NEWCOMER -> others;
          case INCUMBENT -> others.stream().filter(r -> ORDER.compare(r, candidate) < 0).toList();
        };
    List<RegistrationConflict> conflicts = new ArrayList<>();
    Optional<RegistrationFacts> duplicate =
        earlier.stream().filter(r -> sameEndpoint(r, candidate)).findFirst();
    duplicate.ifPresent(r ->
        conflicts.add(
            new RegistrationConflict.Duplicate(r.key(), candidate.route(), candidate.path())));
    List<ObjectKey> gateways = gateways(candidate, world);
    gateways.forEach(g -> taken(candidate, g, earlier, world).ifPresent(conflicts::add));
    // Other people's prefixes are only told to who was let in.
    accepted(candidate, world)
        .forEach(g -> conflicts.addAll(overlaps(candidate, g, others, world)));
    return List.copyOf(conflicts);
  }

  /** The Gateways a registration belongs to; none while its HTTPRoute does not exist. */
  public static List<ObjectKey> gateways(RegistrationFacts registration, World world) {
    return world.route(registration.route()).map(RouteFacts::attached).orElse(List.of());
  }

  /** Those of them that have accepted its HTTPRoute. */
  public static List<ObjectKey> accepted(RegistrationFacts registration, World world) {
    return world.route(registration.route()).map(RouteFacts::acceptedBy).orElse(List.of());
  }

  /** The registrations that belong to a Gateway, the terminating ones included. */
  public static Stream<RegistrationFacts> on(ObjectKey gateway, World world) {
    return world
        .routesAttachedTo(gateway)
        .flatMap(route ->
            world
                .registrationsIn(route.key().namespace())
                .filter(r -> r.route().equals(route.key())));
  }

  /**
   * Whether it can ever be served. One that names another namespace's route cannot: it occupies
   * nothing, and is told nothing about what others have there.
   */
  public static boolean competes(RegistrationFacts registration) {
    return !registration.deleting()
        && registration.route().namespace().equals(registration.key().namespace());
  }

  /**
   * Whether a rival counts on a Gateway. To one that was let in only others that were: naming a
   * Gateway occupies nothing there. To one that was not, yet, its own namespace: what others have
   * is not for anybody to find out who can name a Gateway.
   */
  private static boolean counts(
      RegistrationFacts rival, RegistrationFacts candidate, ObjectKey gateway, World world) {
    return accepted(candidate, world).contains(gateway)
        ? accepted(rival, world).contains(gateway)
        : rival.key().namespace().equals(candidate.key().namespace())
            && gateways(rival, world).contains(gateway);
  }

  private static boolean sameEndpoint(RegistrationFacts one, RegistrationFacts other) {
    return one.route().equals(other.route()) && one.path().equals(other.path());
  }

  private static Optional<RegistrationConflict> taken(
      RegistrationFacts candidate,
      ObjectKey gateway,
      List<RegistrationFacts> earlier,
      World world) {
    return earlier.stream()
        .filter(r -> alike(r.toolPrefix(), candidate.toolPrefix()))
        .filter(r -> r.toolPrefix().equals(candidate.toolPrefix()))
        // Told as a duplicate already.
        .filter(r -> !sameEndpoint(r, candidate))
        .filter(r -> counts(r, candidate, gateway, world))
        .findFirst()
        .map(r -> new RegistrationConflict.PrefixTaken(candidate.toolPrefix(), gateway, r.key()));
  }

  private static List<RegistrationConflict> overlaps(
      RegistrationFacts candidate, ObjectKey gateway, List<RegistrationFacts> others, World world) {
    String prefix = candidate.toolPrefix();
    return others.stream()
        .filter(r -> alike(prefix, r.toolPrefix()) && !prefix.equals(r.toolPrefix()))
        .filter(r -> counts(r, candidate, gateway, world))
        .map(RegistrationFacts::toolPrefix)
        .distinct()
        .sorted()
        .map(other ->
            (RegistrationConflict) new RegistrationConflict.PrefixOverlaps(prefix, other, gateway))
        .toList();
  }

  /** Whether one begins with the other; no prefix at all is like none. */
  private static boolean alike(String one, String other) {
    return !one.isEmpty() && !other.isEmpty() && (one.startsWith(other) || other.startsWith(one));
  }
}
