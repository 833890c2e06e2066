package dev.mcpgateway.controller.api.rules;

import static java.util.stream.Collectors.toMap;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import dev.mcpgateway.controller.api.ObjectKey;
import dev.mcpgateway.controller.api.facts.ExtensionFacts;
import dev.mcpgateway.controller.api.facts.GatewayFacts;
import dev.mcpgateway.controller.api.facts.GrantFacts;
import dev.mcpgateway.controller.api.facts.RouteSources;
import dev.mcpgateway.controller.api.rules.ExtensionRules.Standing;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/**
 * Properties of the order over generated worlds; the seed of a failing one stands in the
 * assertion's description.
 */
class PrecedenceTest {
  private static final int WORLDS = 2_000;
  private static final Instant EPOCH = Instant.parse("2026-01-01T00:00:00Z");

  @Test
  void neverTwoWinnersOfANamespaceOrAGateway() {
    for (int seed = 0; seed < WORLDS; seed++) {
      World world = world(seed);
      Set<Object> held = new HashSet<>();
      for (ExtensionFacts e : accepted(world)) {
        assertThat(held.add(e.key().namespace())).as("namespace of %s, seed %d", e, seed).isTrue();
        assertThat(held.add(e.claimKey())).as("Gateway of %s, seed %d", e, seed).isTrue();
      }
    }
  }

  @Test
  void aGatewayWithAPermittedNamespaceWinnerHasAHolder() {
    for (int seed = 0; seed < WORLDS; seed++) {
      World world = world(seed);
      for (ExtensionFacts e : world.extensions().values()) {
        boolean competes =
            !e.deleting() && Grants.permitted(e, world) && Precedence.holdsItsNamespace(e, world);
        if (competes) {
          assertThat(Precedence.gatewayWinner(e.claimKey(), world)).as("seed %d", seed).isPresent();
        }
      }
    }
  }

  @Test
  void whoWinsDoesNotDependOnTheOrderInWhichObjectsAreSeen() {
    for (int seed = 0; seed < WORLDS; seed++) {
      World world = world(seed);
      List<ExtensionFacts> shuffled = new ArrayList<>(world.extensions().values());
      Collections.shuffle(shuffled, new Random(seed + 1L));
      World same = world.toBuilder().extensions(byKey(shuffled)).build();
      assertThat(accepted(same)).as("seed %d", seed).isEqualTo(accepted(world));
    }
  }

  @Test
  void anExtensionWithoutAGrantTakesNothingFromAPermittedOne() {
    for (int seed = 0; seed < WORLDS; seed++) {
      World world = world(seed);
      ExtensionFacts squatter =
          new ExtensionFacts(
              new ObjectKey("squatter", "a"), "0", EPOCH.minusSeconds(1), false, gateway(0), 1);
      Map<ObjectKey, ExtensionFacts> withSquatter = byKey(world.extensions().values());
      withSquatter.put(squatter.key(), squatter);
      World after = world.toBuilder().extensions(withSquatter).build();
      assertThat(accepted(after)).as("seed %d", seed).isEqualTo(accepted(world));
    }
  }

  @Test
  void aNewcomerIsRefusedExactlyWhatSomebodyElseHolds() {
    for (int seed = 0; seed < WORLDS; seed++) {
      World world = world(seed);
      ExtensionFacts newcomer =
          new ExtensionFacts(new ObjectKey("fresh", "x"), "", Instant.MAX, false, gateway(1), 1);
      boolean permittedHolder =
          Precedence.live(world.extensionsClaiming(gateway(1)))
              .anyMatch(e -> Grants.permitted(e, world));
      assertThat(
              ExtensionRules.judge(newcomer, Standing.NEWCOMER, world).violations().stream()
                  .anyMatch(Violation.GatewayTaken.class::isInstance))
          .as("seed %d", seed)
          .isEqualTo(permittedHolder);
    }
  }

  @Test
  void removingATerminatingExtensionThatSortsLaterChangesNoVerdict() {
    for (int seed = 0; seed < WORLDS; seed++) {
      World world = world(seed);
      for (ExtensionFacts gone : world.extensions().values()) {
        if (gone.deleting()) {
          World without = without(gone, world);
          for (ExtensionFacts e : without.extensions().values()) {
            if (Precedence.order(world).compare(e, gone) < 0) {
              assertThat(judge(e, world))
                  .as("%s without %s, seed %d", e, gone, seed)
                  .isEqualTo(judge(e, without));
            }
          }
        }
      }
    }
  }

  @Test
  void aLoserOfItsNamespaceTakesNothingFromAnybodyByTerminating() {
    for (int seed = 0; seed < WORLDS; seed++) {
      World world = world(seed);
      for (ExtensionFacts loser : world.extensions().values()) {
        if (!loser.deleting() && !Precedence.holdsItsNamespace(loser, world)) {
          ExtensionFacts terminating =
              new ExtensionFacts(
                  loser.key(), loser.uid(), loser.created(), true, loser.gateway(), 1);
          Map<ObjectKey, ExtensionFacts> extensions = byKey(world.extensions().values());
          extensions.put(loser.key(), terminating);
          World after = world.toBuilder().extensions(extensions).build();
          assertThat(accepted(after)).as("seed %d", seed).isEqualTo(accepted(world));
        }
      }
    }
  }

  @Test
  void w06OfEqualTimestampsTheLowerNameWinsHoweverOftenAndInWhateverOrderOneLooks() {
    List<ExtensionFacts> equals = new ArrayList<>();
    for (String namespace : List.of("b", "a", "c")) {
      equals.add(
          new ExtensionFacts(
              new ObjectKey(namespace, "e"), "uid-" + namespace, EPOCH, false, gateway(0), 1));
    }
    GrantFacts everybody =
        new GrantFacts(
            new ObjectKey("gateways", "all"),
            equals.stream()
                .map(e ->
                    new GrantFacts.From(
                        "mcp.kagenti.com", "MCPGatewayExtension", e.key().namespace()))
                .toList(),
            List.of(new GrantFacts.To("gateway.networking.k8s.io", "Gateway", null)));
    Random random = new Random(6);
    for (int i = 0; i < 100; i++) {
      Collections.shuffle(equals, random);
      World world =
          World.builder()
              .extensions(byKey(equals))
              .grants(Map.of(everybody.key(), everybody))
              .gateways(
                  Map.of(
                      gateway(0),
                      new GatewayFacts(
                          gateway(0), "istio", List.of("mcp"), new RouteSources.Anywhere())))
              .build();
      assertThat(accepted(world))
          .singleElement()
          .satisfies(e -> assertThat(e.key()).isEqualTo(new ObjectKey("a", "e")));
    }
  }

  @Test
  void thousandsOfOneNamespaceOnOneGatewayAreJudgedWithoutComparingEachWithEachForEach() {
    int many = 2_000;
    List<ExtensionFacts> extensions = new ArrayList<>();
    for (int i = 0; i < many; i++) {
      extensions.add(
          new ExtensionFacts(
              new ObjectKey("gateways", "e%04d".formatted(i)),
              "uid-" + i,
              EPOCH,
              i % 10 == 1,
              gateway(0),
              1));
    }
    World world =
        World.builder()
            .extensions(byKey(extensions))
            .gateways(
                Map.of(
                    gateway(0),
                    new GatewayFacts(
                        gateway(0), "istio", List.of("mcp"), new RouteSources.Anywhere())))
            .build();
    assertThat(assertTimeoutPreemptively(Duration.ofSeconds(60), () -> accepted(world)))
        .containsExactly(extensions.getFirst());
  }

  private static Verdict judge(ExtensionFacts extension, World world) {
    return ExtensionRules.judge(extension, Standing.INCUMBENT, world);
  }

  private static World without(ExtensionFacts extension, World world) {
    Map<ObjectKey, ExtensionFacts> extensions = byKey(world.extensions().values());
    extensions.remove(extension.key());
    return world.toBuilder().extensions(extensions).build();
  }

  private static List<ExtensionFacts> accepted(World world) {
    return world.extensions().values().stream()
        .filter(e -> !e.deleting())
        .filter(e -> judge(e, world).accepted())
        .sorted((a, b) -> a.key().compareTo(b.key()))
        .toList();
  }

  private static World world(long seed) {
    Random random = new Random(seed);
    List<ExtensionFacts> extensions = new ArrayList<>();
    for (int i = 0; i < random.nextInt(8); i++) {
      ObjectKey key = new ObjectKey("ns" + random.nextInt(4), "e" + random.nextInt(3));
      extensions.add(
          new ExtensionFacts(
              key,
              "uid-" + i,
              // One-second resolution and few values: equal timestamps are common.
              EPOCH.plusSeconds(random.nextInt(3)),
              random.nextInt(6) == 0,
              random.nextBoolean()
                  ? gateway(random.nextInt(3))
                  : new ObjectKey(key.namespace(), "own"),
              1));
    }
    List<GrantFacts> grants = new ArrayList<>();
    for (int i = 0; i < random.nextInt(4); i++) {
      grants.add(
          new GrantFacts(
              new ObjectKey("gateways", "grant" + i),
              List.of(
                  new GrantFacts.From(
                      "mcp.kagenti.com", "MCPGatewayExtension", "ns" + random.nextInt(4))),
              List.of(
                  new GrantFacts.To(
                      "gateway.networking.k8s.io",
                      "Gateway",
                      random.nextBoolean() ? null : "g" + random.nextInt(3)))));
    }
    List<GatewayFacts> gateways = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      if (random.nextInt(4) != 0) {
        gateways.add(
            new GatewayFacts(gateway(i), "istio", List.of("mcp"), new RouteSources.Anywhere()));
      }
    }
    return World.builder()
        .extensions(byKey(extensions))
        .grants(grants.stream().collect(toMap(GrantFacts::key, Function.identity())))
        .gateways(gateways.stream().collect(toMap(GatewayFacts::key, Function.identity())))
        .build();
  }

  private static Map<ObjectKey, ExtensionFacts> byKey(Iterable<ExtensionFacts> extensions) {
    Map<ObjectKey, ExtensionFacts> map = new java.util.HashMap<>();
    extensions.forEach(e -> map.put(e.key(), e));
    return map;
  }

  private static ObjectKey gateway(int number) {
    return new ObjectKey("gateways", "g" + number);
  }
}
