package dev.mcpgateway.controller.api.rules;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpgateway.controller.api.ObjectKey;
import dev.mcpgateway.controller.api.facts.RouteFacts;
import dev.mcpgateway.controller.api.facts.RouteFacts.Parent;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class WorldTest {
  private static final ObjectKey A = new ObjectKey("gateways", "a");
  private static final ObjectKey B = new ObjectKey("gateways", "b");

  @Test
  void aRouteIsFoundUnderEachOfItsGatewaysUnlessThatHasRefusedIt() {
    RouteFacts both = route("both", List.of(A, B), List.of());
    RouteFacts refused = route("refused", List.of(A, B), List.of(A));
    World world = World.builder().routes(Map.of(both.key(), both, refused.key(), refused)).build();
    assertThat(world.routesAttachedTo(A)).containsExactly(both);
    assertThat(world.routesAttachedTo(B)).containsExactlyInAnyOrder(both, refused);
    assertThat(world.routesAttachedTo(new ObjectKey("gateways", "c"))).isEmpty();
  }

  @Test
  void whatReplacesAKindIsLookedUpAndTheWorldItCameFromStaysAsItWas() {
    RouteFacts before = route("before", List.of(A), List.of());
    RouteFacts after = route("after", List.of(A), List.of());
    World old = World.builder().routes(Map.of(before.key(), before)).build();
    assertThat(old.routesAttachedTo(A)).containsExactly(before);
    World now = old.toBuilder().routes(Map.of(after.key(), after)).build();
    assertThat(now.routesAttachedTo(A)).containsExactly(after);
    assertThat(old.routesAttachedTo(A)).containsExactly(before);
    assertThat(now.toBuilder().build().routesAttachedTo(A)).containsExactly(after);
  }

  private static RouteFacts route(String name, List<ObjectKey> parents, List<ObjectKey> refused) {
    return new RouteFacts(
        new ObjectKey("team", name),
        1,
        List.of(),
        parents.stream().map(WorldTest::parent).toList(),
        List.of(),
        refused.stream().map(WorldTest::parent).toList(),
        List.of(),
        0,
        List.of());
  }

  private static Parent parent(ObjectKey gateway) {
    return new Parent(gateway, null);
  }
}
