package dev.mcpgateway.controller.instance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpgateway.controller.api.ObjectKey;
import dev.mcpgateway.controller.api.facts.ExtensionFacts;
import dev.mcpgateway.controller.api.rules.Verdict;
import dev.mcpgateway.controller.api.rules.Violation;
import dev.mcpgateway.controller.status.Announcement;
import dev.mcpgateway.controller.status.Transition;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.ConditionBuilder;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ExtensionAnnouncementsTest {
  private static final ObjectKey GATEWAY = new ObjectKey("gateway-system", "g");
  private static final ObjectKey HOLDER = new ObjectKey("team-b", "e");
  private static final ExtensionFacts SELF =
      new ExtensionFacts(new ObjectKey("team-a", "e"), "u", Instant.EPOCH, false, GATEWAY, 2);
  private static final Verdict HELD =
      new Verdict(List.of(new Violation.GatewayTaken(GATEWAY, HOLDER)));

  @Test
  void whoeverIsOvertakenByANewlyPermittedOneIsDisplacedAndTheOtherOneHearsOfIt() {
    Transition lost = new Transition(ready("True", 2L), ready("False", 2L));
    assertThat(ExtensionAnnouncements.displacedBy(lost, HELD)).contains(HOLDER);
    Announcement own = ExtensionAnnouncements.own(lost, SELF, HELD);
    assertThat(own.warning()).isTrue();
    assertThat(own.reason()).isEqualTo("Displaced");
    assertThat(own.message())
        .contains("Gateway gateway-system/g is already the target")
        .contains("permitted now")
        .doesNotContain("team-b");
    assertThat(ExtensionAnnouncements.tookOver().warning()).isTrue();

    Verdict sameNamespace =
        new Verdict(
            List.of(new Violation.NamespaceTaken(SELF.key(), new ObjectKey("team-a", "older"))));
    assertThat(ExtensionAnnouncements.displacedBy(lost, sameNamespace))
        .contains(new ObjectKey("team-a", "older"));
  }

  @Test
  void whoeverRetargetsToAGatewayThatIsHeldIsNotDisplacedAndTheHolderHearsNothing() {
    Transition retargeted = new Transition(ready("True", 1L), ready("False", 2L));
    assertThat(ExtensionAnnouncements.displacedBy(retargeted, HELD)).isEmpty();
    Announcement own = ExtensionAnnouncements.own(retargeted, SELF, HELD);
    assertThat(own.warning()).isTrue();
    assertThat(own.reason()).isEqualTo("InvalidMCPGatewayExtension");
    assertThat(own.message())
        .startsWith("Gateway gateway-system/g is already the target")
        .doesNotContain("permitted now");
  }

  @Test
  void aGenerationNobodyHasWrittenDownIsNotTheSameOne() {
    assertThat(
            ExtensionAnnouncements.displacedBy(
                new Transition(ready("True", null), ready("False", 2L)), HELD))
        .isEmpty();
  }

  @Test
  void whoeverHadNoPlaceOrGoesForAnotherReasonIsNotDisplaced() {
    assertThat(
            ExtensionAnnouncements.displacedBy(
                new Transition(ready("False", 2L), ready("False", 2L)), HELD))
        .isEmpty();
    Transition lost = new Transition(ready("True", 2L), ready("False", 2L));
    Verdict revoked = new Verdict(List.of(new Violation.NotPermitted(GATEWAY, "team-a")));
    assertThat(ExtensionAnnouncements.displacedBy(lost, revoked)).isEmpty();
    assertThat(ExtensionAnnouncements.own(lost, SELF, revoked).message())
        .startsWith("No ReferenceGrant in namespace gateway-system");
  }

  @Test
  void whoeverWinsIsToldWhatItHolds() {
    Transition won = new Transition(ready("False", 2L), ready("True", 2L));
    assertThat(ExtensionAnnouncements.own(won, SELF, new Verdict(List.of())))
        .isEqualTo(
            Announcement.normal("InvalidMCPGatewayExtension", "Holds Gateway gateway-system/g."));
  }

  private static Condition ready(String status, @Nullable Long generation) {
    return new ConditionBuilder()
        .withType("Ready")
        .withStatus(status)
        .withReason("InvalidMCPGatewayExtension")
        .withMessage("conflict")
        .withObservedGeneration(generation)
        .build();
  }
}
