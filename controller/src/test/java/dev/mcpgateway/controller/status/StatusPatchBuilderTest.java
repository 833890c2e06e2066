package dev.mcpgateway.controller.status;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpgateway.controller.api.model.RegistrationStatus;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.ConditionBuilder;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class StatusPatchBuilderTest {
  private static final Condition READY = condition("Ready");
  private static final Condition REACHABLE = condition("BackendReachable");
  private static final Condition FOREIGN = condition("example.com/Audited");

  @Test
  void whatIsOnlyAddedOrChangedNeedsNoPatch() {
    assertThat(patch(null, status(null, READY))).isNull();
    assertThat(patch(status(null, READY), status(3, READY, REACHABLE))).isNull();
    assertThat(patch(status(3, READY), status(4, READY))).isNull();
    assertThat(patch(status(null, FOREIGN, READY), status(null, READY))).isNull();
  }

  @Test
  void aFieldThatHasToGoIsNullAndOtherPeoplesConditionsAreRepeated() {
    assertThat(patch(status(7, FOREIGN, READY), status(null, READY)))
        .isEqualTo(
            """
            {"metadata":{"resourceVersion":"5"},"status":{"conditions":[\
            {"reason":"Because","status":"True","type":"Ready"},\
            {"reason":"Because","status":"True","type":"example.com/Audited"}],\
            "discoveredTools":null}}\
            """);
  }

  @Test
  void aConditionThatHasToGoIsLeftOut() {
    assertThat(patch(status(7, READY, REACHABLE), status(7, READY)))
        .isEqualTo(
            """
            {"metadata":{"resourceVersion":"5"},"status":{"conditions":[\
            {"reason":"Because","status":"True","type":"Ready"}],"discoveredTools":7}}\
            """);
  }

  private static @Nullable String patch(
      @Nullable RegistrationStatus stored, RegistrationStatus wanted) {
    return StatusPatchBuilder.removing(stored, wanted, "5").map(Object::toString).orElse(null);
  }

  private static RegistrationStatus status(@Nullable Integer tools, Condition... conditions) {
    return new RegistrationStatus(List.of(conditions), tools, null, null);
  }

  private static Condition condition(String type) {
    return new ConditionBuilder().withType(type).withStatus("True").withReason("Because").build();
  }
}
