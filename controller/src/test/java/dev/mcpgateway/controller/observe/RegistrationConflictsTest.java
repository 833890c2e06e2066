package dev.mcpgateway.controller.observe;

import static java.util.function.Function.identity;
import static java.util.stream.Collectors.toMap;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpgateway.controller.api.ObjectKey;
import dev.mcpgateway.controller.api.facts.RegistrationFacts;
import dev.mcpgateway.controller.api.facts.RouteFacts;
import dev.mcpgateway.controller.api.rules.ExtensionRules.Standing;
import dev.mcpgateway.controller.api.rules.RegistrationConflict.Duplicate;
import dev.mcpgateway.controller.api.rules.RegistrationConflict.PrefixOverlaps;
import dev.mcpgateway.controller.api.rules.RegistrationConflictRules;
import dev.mcpgateway.controller.api.rules.World;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class RegistrationConflictsTest {
  private static final String NAMESPACE = "team";
  private static final int MANY = 5_000;

  /** The endpoint's holder, two of the same prefix, and the overlaps; there is one Gateway. */
  private static final int BOUND = 3 + RegistrationConflicts.MAX_OVERLAPS;

  @Test
  void theVerdictIsTheOneOfJudgingAgainstAll() {
    long seed = 20261122;
    Random random = new Random(seed);
    int found = 0;
    for (int round = 0; round < 300; round++) {
      List<RegistrationFacts> all = new ArrayList<>();
      for (int i = 0; i < 12; i++) {
        String prefix = "aab_".substring(0, random.nextInt(5)) + "c".repeat(random.nextInt(2));
        all.add(
            registration(
                random.nextBoolean() ? NAMESPACE : "other",
                i,
                random.nextInt(4),
                "r" + random.nextInt(6),
                prefix,
                "/" + random.nextInt(2),
                random.nextInt(8) == 0));
      }
      World world = world(all);
      RegistrationConflicts conflicts = new RegistrationConflicts(world);
      for (RegistrationFacts one : all) {
        var expected = RegistrationConflictRules.judge(one, Standing.INCUMBENT, world);
        found += expected.size();
        assertThat(conflicts.of(one)).as("seed %d, round %d", seed, round).isEqualTo(expected);
      }
    }
    assertThat(found).isGreaterThan(1_000);
  }

  @Test
  void manyAtOneEndpointAreJudgedAgainstFew() {
    List<RegistrationFacts> all =
        IntStream.range(0, MANY)
            .mapToObj(i -> registration(i, i, "r0", "a_", "/mcp", false))
            .toList();
    RegistrationConflicts conflicts = judged(all);
    assertThat(conflicts.of(all.getFirst())).isEmpty();
    assertThat(conflicts.of(all.getLast()))
        .containsExactly(
            new Duplicate(all.getFirst().key(), new ObjectKey(NAMESPACE, "r0"), "/mcp"));
  }

  @Test
  void manyWithOnePrefixAreJudgedAgainstFew() {
    List<RegistrationFacts> all =
        IntStream.range(0, MANY)
            .mapToObj(i -> registration(i, i, "r0", "a_", "/" + i, false))
            .toList();
    RegistrationConflicts conflicts = judged(all);
    assertThat(conflicts.of(all.getFirst())).isEmpty();
    assertThat(conflicts.of(all.getLast())).hasSize(1);
  }

  @Test
  void manyThatBeginWithOneShortPrefixAreJudgedAgainstFewAndFewAreTold() {
    List<RegistrationFacts> all =
        Stream.concat(
                Stream.of(registration(0, 0, "r0", "a", "/0", false)),
                IntStream.range(1, MANY)
                    .mapToObj(i -> registration(i, i, "r0", "a" + i + "_", "/" + i, false)))
            .toList();
    RegistrationConflicts conflicts = judged(all);
    assertThat(conflicts.of(all.getFirst()))
        .hasSize(RegistrationConflicts.MAX_OVERLAPS)
        .allMatch(PrefixOverlaps.class::isInstance);
    assertThat(conflicts.of(all.getLast()))
        .containsExactly(new PrefixOverlaps("a4999_", "a", new ObjectKey(NAMESPACE, "g0")));
  }

  private static RegistrationConflicts judged(List<RegistrationFacts> all) {
    RegistrationConflicts conflicts = new RegistrationConflicts(world(all));
    assertThat(all).allMatch(r -> conflicts.rivals(r).size() <= BOUND);
    return conflicts;
  }

  private static RegistrationFacts registration(
      int name, int age, String route, String prefix, String path, boolean deleting) {
    return registration(NAMESPACE, name, age, route, prefix, path, deleting);
  }

  private static RegistrationFacts registration(
      String namespace,
      int name,
      int age,
      String route,
      String prefix,
      String path,
      boolean deleting) {
    return new RegistrationFacts(
        new ObjectKey(namespace, "s" + name),
        "uid" + name,
        Instant.EPOCH.plusSeconds(age),
        deleting,
        1,
        new ObjectKey(namespace, route),
        prefix,
        path,
        null);
  }

  /**
   * In both namespaces route 0 belongs to the first Gateway, 1 and 2 to both, 3 to the second, 4
   * has been accepted by neither yet, 5 does not exist.
   */
  private static World world(Collection<RegistrationFacts> registrations) {
    return World.builder()
        .registrations(registrations.stream().collect(toMap(RegistrationFacts::key, identity())))
        .routes(
            Stream.of(NAMESPACE, "other")
                .flatMap(namespace ->
                    Stream.of(
                        route(namespace, "r0", true, "g0"),
                        route(namespace, "r1", true, "g0", "g1"),
                        route(namespace, "r2", true, "g1", "g0"),
                        route(namespace, "r3", true, "g1"),
                        route(namespace, "r4", false, "g0", "g1")))
                .collect(toMap(RouteFacts::key, identity())))
        .build();
  }

  private static RouteFacts route(
      String namespace, String name, boolean accepted, String... gateways) {
    List<RouteFacts.Parent> parents =
        Stream.of(gateways)
            .map(g -> new RouteFacts.Parent(new ObjectKey(NAMESPACE, g), null))
            .toList();
    return new RouteFacts(
        new ObjectKey(namespace, name),
        1,
        List.of(),
        parents,
        accepted ? parents : List.of(),
        List.of(),
        List.of(),
        0,
        List.of());
  }
}
