package dev.mcpgateway.controller.observe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpgateway.controller.api.ObjectKey;
import dev.mcpgateway.controller.api.facts.RouteFacts;
import dev.mcpgateway.controller.api.rules.World;
import dev.mcpgateway.controller.delivery.ReplicasSnapshot;
import dev.mcpgateway.controller.secrets.SecretsSnapshot;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Which routes are looked after. */
class RouteEntriesTest {
  private static final ObjectKey KEY = new ObjectKey("team-a", "r");

  @Test
  void aRouteNobodyUsesIsLeftAlone() {
    assertThat(outlook(0).route(KEY)).isEmpty();
  }

  @Test
  void anEntryOfOursGoesWhateverItSays() {
    assertThat(outlook(1).route(KEY))
        .hasValueSatisfying(inputs -> assertThat(inputs.inUse()).isEmpty());
  }

  /** A route that no registration uses, with so many entries of ours, none of them programmed. */
  private static Outlook outlook(int entries) {
    RouteFacts.Parent parent = new RouteFacts.Parent(new ObjectKey("team-a", "g"), null);
    RouteFacts route =
        new RouteFacts(
            KEY,
            1,
            List.of("x.example"),
            List.of(parent),
            List.of(parent),
            List.of(),
            List.of(),
            entries,
            List.of());
    return new Observer()
        .observe(
            World.builder().routes(Map.of(KEY, route)).build(),
            SecretsSnapshot.EMPTY,
            ReplicasSnapshot.EMPTY,
            Instant.EPOCH);
  }
}
