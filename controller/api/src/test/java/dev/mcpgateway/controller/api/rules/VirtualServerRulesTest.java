package dev.mcpgateway.controller.api.rules;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpgateway.controller.api.ObjectKey;
import dev.mcpgateway.controller.api.facts.ExtensionFacts;
import dev.mcpgateway.controller.api.facts.GatewayFacts;
import dev.mcpgateway.controller.api.facts.RegistrationFacts;
import dev.mcpgateway.controller.api.facts.RouteFacts;
import dev.mcpgateway.controller.api.facts.RouteSources;
import dev.mcpgateway.controller.api.facts.VirtualServerFacts;
import dev.mcpgateway.controller.api.rules.VirtualServerProblem.NoExtension;
import dev.mcpgateway.controller.api.rules.VirtualServerProblem.NotServed;
import dev.mcpgateway.controller.api.rules.VirtualServerProblem.UnknownTool;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class VirtualServerRulesTest {
  private static final ObjectKey GATEWAY = new ObjectKey("team-a", "gw");
  private static final RegistrationFacts WEATHER = registration("team-a", "weather", "weather_");
  private static final RegistrationFacts FOREIGN = registration("team-b", "foreign", "foreign_");
  private static final World WORLD =
      World.builder()
          .extensions(
              Map.of(
                  new ObjectKey("team-a", "e"),
                  new ExtensionFacts(
                      new ObjectKey("team-a", "e"), "u", Instant.EPOCH, false, GATEWAY, 1)))
          .gateways(
              Map.of(
                  GATEWAY,
                  new GatewayFacts(GATEWAY, "istio", List.of("mcp"), RouteSources.nowhere())))
          .routes(
              Map.of(
                  WEATHER.route(), route(WEATHER.route(), GATEWAY),
                  FOREIGN.route(), route(FOREIGN.route(), new ObjectKey("team-b", "gw"))))
          .registrations(Map.of(WEATHER.key(), WEATHER, FOREIGN.key(), FOREIGN))
          .tools(
              Map.of(
                  WEATHER.key(), List.of("weather_forecast", "weather_now"),
                  FOREIGN.key(), List.of("foreign_tool")))
          .build();

  @Test
  void toolsThatAreOfferedAreNoProblem() {
    assertThat(problems(WORLD, "weather_now", "weather_forecast")).isEmpty();
  }

  @Test
  void anUnknownToolIsToldWithTheNearestName() {
    assertThat(problems(WORLD, "weather_forcast", "zzz"))
        .containsExactly(
            new UnknownTool(GATEWAY, "weather_forcast", "weather_forecast"),
            new UnknownTool(GATEWAY, "zzz", null));
  }

  @Test
  void toolsOfAnotherGatewayAreUnknownAndNeverSuggested() {
    assertThat(problems(WORLD, "foreign_tool"))
        .containsExactly(new UnknownTool(GATEWAY, "foreign_tool", null));
  }

  @Test
  void whoDoesNotHoldTheGatewayIsToldNothingOfIt() {
    ObjectKey squatter = new ObjectKey("team-c", "e");
    World world =
        WORLD.toBuilder()
            .extensions(
                Map.of(
                    squatter, new ExtensionFacts(squatter, "u", Instant.EPOCH, false, GATEWAY, 1)))
            .build();
    VirtualServerFacts probe =
        new VirtualServerFacts(
            new ObjectKey("team-c", "probe"), "u", false, 1, List.of("weather_forcast"));
    assertThat(VirtualServerRules.problems(probe, world)).containsExactly(new NotServed("team-c"));
  }

  @Test
  void noMoreIsToldThanAnybodyReads() {
    String[] tools =
        IntStream.range(0, 1_000).mapToObj("unknown_%d"::formatted).toArray(String[]::new);
    assertThat(problems(WORLD, tools)).hasSize(VirtualServerRules.MAX_TOLD);
  }

  @Test
  void aServerThatHasNotToldItsToolsMayOfferAnythingWithItsPrefix() {
    World silent = WORLD.toBuilder().tools(Map.of()).build();
    assertThat(problems(silent, "weather_anything", "other"))
        .containsExactly(new UnknownTool(GATEWAY, "other", null));
  }

  @Test
  void withoutAnExtensionNothingServesIt() {
    var server = new VirtualServerFacts(new ObjectKey("team-c", "v"), "u", false, 1, List.of("t"));
    assertThat(VirtualServerRules.problems(server, WORLD))
        .containsExactly(new NoExtension("team-c"));
  }

  @Test
  void anExtensionWithoutItsGatewayServesNothing() {
    World world = WORLD.toBuilder().gateways(Map.of()).build();
    assertThat(problems(world, "weather_now")).containsExactly(new NotServed("team-a"));
  }

  @Test
  void aTerminatingOneHasNoProblems() {
    var server = new VirtualServerFacts(new ObjectKey("team-c", "v"), "u", true, 1, List.of("t"));
    assertThat(VirtualServerRules.problems(server, WORLD)).isEmpty();
  }

  private static List<VirtualServerProblem> problems(World world, String... tools) {
    return VirtualServerRules.problems(
        new VirtualServerFacts(new ObjectKey("team-a", "v"), "u", false, 1, List.of(tools)), world);
  }

  private static RegistrationFacts registration(String namespace, String name, String prefix) {
    return new RegistrationFacts(
        new ObjectKey(namespace, name),
        "u",
        Instant.EPOCH,
        false,
        1,
        new ObjectKey(namespace, "r"),
        prefix,
        "/mcp",
        null);
  }

  private static RouteFacts route(ObjectKey key, ObjectKey gateway) {
    return new RouteFacts(
        key,
        1,
        List.of(),
        List.of(new RouteFacts.Parent(gateway, null)),
        List.of(),
        List.of(),
        List.of(),
        0,
        List.of());
  }
}
