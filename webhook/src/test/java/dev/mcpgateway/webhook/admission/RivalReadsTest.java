package dev.mcpgateway.webhook.admission;

import static dev.mcpgateway.webhook.admission.Reviews.key;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpgateway.controller.api.ObjectKey;
import dev.mcpgateway.controller.api.facts.RegistrationFacts;
import dev.mcpgateway.controller.api.facts.RouteFacts;
import dev.mcpgateway.controller.api.rules.World;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class RivalReadsTest {
  private static final String GW = "gateway-system/gw";
  private static final RegistrationFacts MINE = registration("team-a/mine", "team-a/mine");
  private static final Optional<RouteFacts> ROUTE = Optional.of(route("team-a/mine", GW, GW));

  private final List<RegistrationFacts> rivals = new ArrayList<>();
  private final Map<ObjectKey, RouteFacts> cached = new HashMap<>();

  @Test
  void rivalsThatLeadElsewhereNeverTakeThePlaceOfOneThatDoesNot() {
    for (int i = 0; i < 4 * ReadLimits.ROUTES; i++) {
      rival("team-a/elsewhere-" + i, "gateway-system/other");
    }
    rival("team-z/here", GW);
    assertThat(deciding()).startsWith(key("team-z/here")).hasSize(ReadLimits.ROUTES);
  }

  @Test
  void oneThatTheCacheBelievesToLeadElsewhereIsReadAsWell() {
    rival("team-b/moved", "gateway-system/other");
    assertThat(deciding()).containsExactly(key("team-b/moved"));
  }

  @Test
  void withoutAGatewayOrAPrefixNobodyIsInTheWay() {
    rival("team-b/here", GW);
    assertThat(RivalReads.deciding(MINE, Optional.empty(), rivals.stream(), World.EMPTY)).isEmpty();
    assertThat(
            RivalReads.deciding(
                registration("team-a/mine", "team-a/mine", "", false),
                ROUTE,
                rivals.stream(),
                World.EMPTY))
        .isEmpty();
  }

  @Test
  void aRivalWhoseRouteTheCacheDoesNotKnowMayBeInTheWay() {
    rivals.add(registration("team-b/unseen", "team-b/unseen"));
    assertThat(deciding()).containsExactly(key("team-b/unseen"));
  }

  @Test
  void oneThatIsLeavingIsInNobodysWay() {
    rivals.add(registration("team-b/leaving", "team-b/leaving", "x_", true));
    assertThat(deciding()).isEmpty();
  }

  @Test
  void whoIsKnownToBeInTheWayIsReadFirstAndNobodyWhoMayBeIsLeftOut() {
    List<ObjectKey> expected = new ArrayList<>();
    rival("team-b/accepted", GW, GW);
    expected.add(key("team-b/accepted"));
    for (int i = 0; i < 4 * ReadLimits.ROUTES; i++) {
      String name = "team-a/r-%03d".formatted(i);
      rivals.add(registration(name, name));
      expected.add(key(name));
    }
    rival("team-b/elsewhere", "gateway-system/other");
    assertThat(deciding()).containsExactlyElementsOf(expected);
  }

  private List<ObjectKey> deciding() {
    return RivalReads.deciding(
        MINE,
        ROUTE,
        // The order in which they come is a map's.
        rivals.reversed().stream(),
        World.builder().routes(cached).build());
  }

  private void rival(String name, String gateway, String... acceptedBy) {
    rivals.add(registration(name, name));
    cached.put(key(name), route(name, gateway, acceptedBy));
  }

  private static RegistrationFacts registration(String name, String route) {
    return registration(name, route, "x_", false);
  }

  private static RegistrationFacts registration(
      String name, String route, String prefix, boolean deleting) {
    return new RegistrationFacts(
        key(name), "u", Instant.EPOCH, deleting, 1, key(route), prefix, "/mcp", null);
  }

  private static RouteFacts route(String name, String gateway, String... acceptedBy) {
    var parents = List.of(new RouteFacts.Parent(key(gateway), null));
    var accepted = Stream.of(acceptedBy).map(g -> new RouteFacts.Parent(key(g), null)).toList();
    return new RouteFacts(
        key(name), 1, List.of(), parents, accepted, List.of(), List.of(), 0, List.of());
  }
}
