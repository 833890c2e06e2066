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
    List<RegistrationFacts> others = others(candidate, world);
    List<RegistrationFacts> earlier = earlier(candidate, others, standing);
    List<RegistrationConflict> conflicts = new ArrayList<>();
    Optional<RegistrationFacts> duplicate =
        earlier.stream().filter(r -> sameEndpoint(r, candidate)).findFirst();
    duplicate.ifPresent(r ->
        conflicts.add(
            new RegistrationConflict.Duplicate(r.key(), candidate.route(), candidate.path())));
    // That a duplicate has the prefix as well goes without saying.
    conflicts.addAll(
        taken(
            candidate,
            earlier.stream().filter(r -> !sameEndpoint(r, candidate)).toList(),
            standing,
            world));
    // Other people's prefixes are only told to who was let in.
    accepted(candidate, world)
        .forEach(g -> conflicts.addAll(overlaps(candidate, g, others, standing, world)));
    return List.copyOf(conflicts);
  }

  /**
   * What {@link #judge} leaves unsaid: prefixes taken by registrations that this one duplicates.
   */
  public static List<RegistrationConflict> unsaid(
      RegistrationFacts candidate, Standing standing, World world) {
    return taken(
        candidate,
        earlier(candidate, others(candidate, world), standing).stream()
            .filter(r -> sameEndpoint(r, candidate))
            .toList(),
        standing,
        world);
  }

  /** Who could be in the way, the best right first; nobody when it does not compete. */
  private static List<RegistrationFacts> others(RegistrationFacts candidate, World world) {
    if (!competes(candidate)) {
      return List.of();
    }
    // Few stand in anybody's way, so what is cheap to tell apart goes first.
    return world.registrations().values().stream()
        .filter(r -> sameEndpoint(r, candidate) || alike(r.toolPrefix(), candidate.toolPrefix()))
        .filter(r -> competes(r) && !r.key().equals(candidate.key()))
        .sorted(ORDER)
        .toList();
  }

  private static List<RegistrationFacts> earlier(
      RegistrationFacts candidate, List<RegistrationFacts> others, Standing standing) {
    return switch (standing) {
      case NEWCOMER -> others;
      case INCUMBENT -> others.stream().filter(r -> ORDER.compare(r, candidate) < 0).toList();
    };
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
   * Whether a rival counts on a Gateway. Across namespaces only between those that were let in:
   * naming a Gateway occupies nothing there, and what others have is not for anybody to find out
   * who can name a Gateway. Within a namespace there is nothing to hide: a newcomer is told of
   * whoever will be in its way. What is stored keeps what it has against one that was not let in.
   */
  private static boolean counts(
      RegistrationFacts rival,
      RegistrationFacts candidate,
      ObjectKey gateway,
      Standing standing,
      World world) {
    boolean beside =
        rival.key().namespace().equals(candidate.key().namespace())
            && gateways(rival, world).contains(gateway);
    boolean let = accepted(candidate, world).contains(gateway);
    return switch (standing) {
      case NEWCOMER -> beside || (let && accepted(rival, world).contains(gateway));
      case INCUMBENT -> let ? accepted(rival, world).contains(gateway) : beside;
    };
  }

  private static boolean sameEndpoint(RegistrationFacts one, RegistrationFacts other) {
    return one.route().equals(other.route()) && one.path().equals(other.path());
  }

  /** On each Gateway, the first who has the prefix. */
  private static List<RegistrationConflict> taken(
      RegistrationFacts candidate,
      List<RegistrationFacts> earlier,
      Standing standing,
      World world) {
    String prefix = candidate.toolPrefix();
    List<RegistrationFacts> same =
        earlier.stream().filter(r -> !prefix.isEmpty() && r.toolPrefix().equals(prefix)).toList();
    return gateways(candidate, world).stream()
        .flatMap(g ->
            same.stream()
                .filter(r -> counts(r, candidate, g, standing, world))
                .limit(1)
                .map(r ->
                    (RegistrationConflict)
                        new RegistrationConflict.PrefixTaken(prefix, g, r.key())))
        .toList();
  }

  private static List<RegistrationConflict> overlaps(
      RegistrationFacts candidate,
      ObjectKey gateway,
      List<RegistrationFacts> others,
      Standing standing,
      World world) {
    String prefix = candidate.toolPrefix();
    return others.stream()
        .filter(r -> alike(prefix, r.toolPrefix()) && !prefix.equals(r.toolPrefix()))
        .filter(r -> counts(r, candidate, gateway, standing, world))
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
