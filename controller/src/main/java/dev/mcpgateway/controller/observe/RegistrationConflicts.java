package dev.mcpgateway.controller.observe;

import dev.mcpgateway.controller.api.ObjectKey;
import dev.mcpgateway.controller.api.facts.RegistrationFacts;
import dev.mcpgateway.controller.api.rules.ExtensionRules.Standing;
import dev.mcpgateway.controller.api.rules.RegistrationConflict;
import dev.mcpgateway.controller.api.rules.RegistrationConflictRules;
import dev.mcpgateway.controller.api.rules.World;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Judges every registration against those whose verdict counts, and not against all of them: the
 * rules compare each with each, which for ten thousand would take longer than everything else, and
 * a tenant may make any number that stand in each other's way. What is kept grows with the
 * registrations and their Gateways only.
 */
final class RegistrationConflicts {
  /** Overlapping prefixes that are told per Gateway; nobody reads more. */
  static final int MAX_OVERLAPS = 16;

  private final World world;

  /** The earliest at each endpoint: nobody else is named as a duplicate's holder. */
  private final Map<Endpoint, RegistrationFacts> endpoints = new HashMap<>();

  private final Map<Place, NavigableMap<String, Holders>> prefixes = new HashMap<>();

  /** By route: the registrations of a team often share one. */
  private final Map<ObjectKey, Places> places = new HashMap<>();

  RegistrationConflicts(World world) {
    this.world = world;
    world.registrations().values().stream()
        .filter(RegistrationConflictRules::competes)
        .sorted(RegistrationConflictRules.ORDER)
        .forEach(this::add);
  }

  /** What stands in a registration's way. */
  List<RegistrationConflict> of(RegistrationFacts registration) {
    Map<ObjectKey, RegistrationFacts> few = rivals(registration);
    // The rules read registrations and routes; a world of these few is quickly made.
    return few.isEmpty()
        ? List.of()
        : RegistrationConflictRules.judge(
            registration,
            Standing.INCUMBENT,
            World.builder().registrations(few).routes(world.routes()).build());
  }

  /** The others that make the verdict: a few for each Gateway, however many there are. */
  Map<ObjectKey, RegistrationFacts> rivals(RegistrationFacts registration) {
    Map<ObjectKey, RegistrationFacts> rivals = new HashMap<>();
    RegistrationFacts holder = endpoints.get(Endpoint.of(registration));
    if (holder != null) {
      rivals.put(holder.key(), holder);
    }
    String prefix = registration.toolPrefix();
    if (!prefix.isEmpty()) {
      for (Place place : places(registration).met()) {
        NavigableMap<String, Holders> taken =
            prefixes.getOrDefault(place, Collections.emptyNavigableMap());
        Holders same = taken.get(prefix);
        if (same != null) {
          same.all().forEach(r -> rivals.put(r.key(), r));
        }
        overlapping(prefix, taken).forEach(r -> rivals.put(r.key(), r));
      }
    }
    rivals.remove(registration.key());
    return rivals;
  }

  private void add(RegistrationFacts registration) {
    endpoints.putIfAbsent(Endpoint.of(registration), registration);
    if (!registration.toolPrefix().isEmpty()) {
      Holders holders = new Holders(List.of(registration));
      places(registration)
          .taken()
          .forEach(place ->
              prefixes
                  .computeIfAbsent(place, p -> new TreeMap<>())
                  .merge(registration.toolPrefix(), holders, Holders::and));
    }
  }

  private Places places(RegistrationFacts registration) {
    return places.computeIfAbsent(
        registration.route(),
        route ->
            Places.of(
                route.namespace(),
                RegistrationConflictRules.gateways(registration, world),
                RegistrationConflictRules.accepted(registration, world)));
  }

  /** One for each prefix that this one begins with, then for those that begin with it. */
  private static List<RegistrationFacts> overlapping(
      String prefix, NavigableMap<String, Holders> taken) {
    Stream<Holders> shorter =
        IntStream.range(1, prefix.length())
            .mapToObj(length -> taken.get(prefix.substring(0, length)))
            .filter(Objects::nonNull);
    Stream<Holders> longer =
        taken.tailMap(prefix, false).entrySet().stream()
            .takeWhile(e -> e.getKey().startsWith(prefix))
            .map(Map.Entry::getValue);
    return Stream.concat(shorter, longer).limit(MAX_OVERLAPS).map(h -> h.all().getFirst()).toList();
  }

  /**
   * Where registrations meet: on a Gateway those it has accepted, wherever they are, or those of
   * one namespace.
   *
   * @param namespace empty for those it has accepted
   */
  private record Place(ObjectKey gateway, String namespace) {}

  /**
   * The places of a route.
   *
   * @param taken where its registrations take their prefixes
   * @param met where they meet others, one for each Gateway
   */
  private record Places(List<Place> taken, List<Place> met) {
    static Places of(String namespace, List<ObjectKey> gateways, List<ObjectKey> accepted) {
      List<Place> among = accepted.stream().map(g -> new Place(g, "")).toList();
      List<Place> within = gateways.stream().map(g -> new Place(g, namespace)).toList();
      return new Places(
          Stream.concat(among.stream(), within.stream()).toList(),
          Stream.concat(
                  among.stream(), within.stream().filter(p -> !accepted.contains(p.gateway())))
              .toList());
    }
  }

  private record Endpoint(ObjectKey route, String path) {
    static Endpoint of(RegistrationFacts registration) {
      return new Endpoint(registration.route(), registration.path());
    }
  }

  /**
   * Who uses a prefix on a Gateway.
   *
   * @param all the earliest, and the earliest at another endpoint: whoever shares the first one's
   *     endpoint is its duplicate, and only the second one takes the prefix from it
   */
  private record Holders(List<RegistrationFacts> all) {
    Holders and(Holders later) {
      RegistrationFacts first = all.getFirst();
      RegistrationFacts next = later.all.getFirst();
      return all.size() > 1 || Endpoint.of(first).equals(Endpoint.of(next))
          ? this
          : new Holders(List.of(first, next));
    }
  }
}
