package dev.mcpgateway.controller.api.conditions;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpgateway.controller.api.ObjectKey;
import dev.mcpgateway.controller.api.rules.Violation;
import io.fabric8.kubernetes.api.model.Condition;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.Test;

class ConditionsTest {
  private static final Clock MORNING =
      Clock.fixed(Instant.parse("2026-01-01T08:00:00.5Z"), ZoneOffset.UTC);
  private static final Clock EVENING =
      Clock.fixed(Instant.parse("2026-01-01T20:00:00Z"), ZoneOffset.UTC);

  @Test
  void theTransitionTimeMovesOnlyWithTheStatus() {
    List<Condition> first = Conditions.merge(null, List.of(ready(false, "a")), 1, MORNING);
    List<Condition> reworded = Conditions.merge(first, List.of(ready(false, "b")), 2, EVENING);
    List<Condition> flipped = Conditions.merge(reworded, List.of(ready(true, "c")), 2, EVENING);
    assertThat(first.getFirst().getLastTransitionTime()).isEqualTo("2026-01-01T08:00:00Z");
    assertThat(reworded.getFirst().getLastTransitionTime()).isEqualTo("2026-01-01T08:00:00Z");
    assertThat(reworded.getFirst().getObservedGeneration()).isEqualTo(2);
    assertThat(flipped.getFirst().getLastTransitionTime()).isEqualTo("2026-01-01T20:00:00Z");
  }

  @Test
  void sameWishesGiveEqualConditionsSoThatNothingIsWritten() {
    List<Condition> first = Conditions.merge(null, List.of(ready(true, "a")), 1, MORNING);
    assertThat(Conditions.merge(first, List.of(ready(true, "a")), 1, EVENING)).isEqualTo(first);
  }

  @Test
  void theWordsOfTheGuideStand() {
    Violation notPermitted =
        new Violation.NotPermitted(new ObjectKey("gateway-system", "g"), "team-a");
    assertThat(ExtensionMessages.readyReason(notPermitted)).isEqualTo("ReferenceGrantRequired");
    assertThat(ExtensionMessages.readyMessage(notPermitted))
        .isEqualTo(
            "ReferenceGrant required in namespace gateway-system to allow cross-namespace reference");
    assertThat(ExtensionMessages.READY).isEqualTo("successfully verified and configured");
  }

  @Test
  void theGrantToPasteIsTheOneThatIsMissing() {
    Violation.NotPermitted v =
        new Violation.NotPermitted(new ObjectKey("gateway-system", "g"), "team-a");
    assertThat(ExtensionMessages.grantYaml(v))
        .contains(
            "name: allow-team-a-g", "namespace: gateway-system", "namespace: team-a", "name: g");
  }

  private static Conditions.Wanted ready(boolean status, String message) {
    return new Conditions.Wanted("Ready", status, "Because", message);
  }
}
