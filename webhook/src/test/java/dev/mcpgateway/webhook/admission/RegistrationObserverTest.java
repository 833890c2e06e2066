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
import org.junit.jupiter.api.Test;

class RegistrationObserverTest {
  private static final String GW = "gateway-system/gw";
  private static final RegistrationFacts MINE = registration("team-a/mine", "team-a/mine");
  private static final Optional<RouteFacts> ROUTE = Optional.of(route("team-a/mine", GW));

  private final List<RegistrationFacts> rivals = new ArrayList<>();
  private final Map<ObjectKey, RouteFacts> cached = new HashMap<>();

  @Test
  void rivalsThatLeadElsewhereNeverTakeThePlaceOfOneThatDoesNot() {
    for (int i = 0; i < 4 * RegistrationObserver.ROUTES; i++) {
      rival("team-a/elsewhere-" + i, "gateway-system/other");
    }
    rival("team-z/here", GW);
    assertThat(deciding()).startsWith(key("team-z/here")).hasSize(RegistrationObserver.ROUTES);
  }

  @Test
  void oneThatTheCacheBelievesToLeadElsewhereIsReadAsWell() {
    rival("team-b/moved", "gateway-system/other");
    assertThat(deciding()).containsExactly(key("team-b/moved"));
  }

  @Test
  void withoutAGatewayNobodyIsInTheWay() {
    rival("team-b/here", GW);
    assertThat(
            RegistrationObserver.routesOfRivals(
                MINE, Optional.empty(), rivals.stream(), World.EMPTY))
        .isEmpty();
  }

  @Test
  void aRivalWhoseRouteTheCacheDoesNotKnowMayBeInTheWay() {
    rivals.add(registration("team-b/unseen", "team-b/unseen"));
    assertThat(deciding()).containsExactly(key("team-b/unseen"));
  }

  @Test
  void amongMoreThanAreReadItIsAlwaysTheSame() {
    List<ObjectKey> expected = new ArrayList<>();
    for (int i = 0; i < 4 * RegistrationObserver.ROUTES; i++) {
      String name = "team-a/r-%03d".formatted(i);
      rival(name, GW);
      expected.add(key(name));
    }
    assertThat(deciding())
        .containsExactlyElementsOf(expected.subList(0, RegistrationObserver.ROUTES));
  }

  private List<ObjectKey> deciding() {
    return RegistrationObserver.routesOfRivals(
            MINE,
            ROUTE,
            // The order in which they come is a map's.
            rivals.reversed().stream(),
            World.builder().routes(cached).build())
        .toList();
  }

  private void rival(String name, String gateway) {
    rivals.add(registration(name, name));
    cached.put(key(name), route(name, gateway));
  }

  private static RegistrationFacts registration(String name, String route) {
    return new RegistrationFacts(
        key(name), "u", Instant.EPOCH, false, 1, key(route), "x_", "/mcp", null);
  }

  private static RouteFacts route(String name, String gateway) {
    var parents = List.of(new RouteFacts.Parent(key(gateway), null));
    return new RouteFacts(
        key(name), 1, List.of(), parents, List.of(), List.of(), List.of(), 0, List.of());
  }
}
