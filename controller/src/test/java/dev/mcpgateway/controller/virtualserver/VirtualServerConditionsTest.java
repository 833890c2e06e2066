package dev.mcpgateway.controller.virtualserver;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpgateway.controller.api.ObjectKey;
import dev.mcpgateway.controller.api.conditions.ConditionNames;
import dev.mcpgateway.controller.api.conditions.Conditions.Wanted;
import dev.mcpgateway.controller.api.conditions.VirtualServerMessages;
import dev.mcpgateway.controller.api.facts.VirtualServerFacts;
import dev.mcpgateway.controller.api.rules.VirtualServerProblem;
import dev.mcpgateway.controller.observe.Presence;
import dev.mcpgateway.controller.observe.VirtualServerInputs;
import java.util.List;
import org.junit.jupiter.api.Test;

class VirtualServerConditionsTest {
  @Test
  void whoeverIsNotServedReadsWhatTheWebhookHasSaid() {
    assertThat(ready(false, Presence.PENDING, false))
        .isEqualTo(notReady(new VirtualServerProblem.NoExtension("n")));
    assertThat(ready(false, Presence.PENDING, true))
        .isEqualTo(notReady(new VirtualServerProblem.NotServed("n")));
  }

  @Test
  void whoeverIsServedIsReadyOnceItIsStored() {
    assertThat(ready(true, Presence.STORED, true).status()).isTrue();
    assertThat(ready(true, Presence.PENDING, true).message())
        .startsWith("The configuration of the MCP gateway has not been written yet");
    assertThat(ready(true, Presence.TOO_LARGE, true).message())
        .startsWith("The configuration of the MCP gateway would exceed 921600 bytes");
  }

  private static Wanted ready(boolean served, Presence presence, boolean extension) {
    VirtualServerFacts facts =
        new VirtualServerFacts(new ObjectKey("n", "v"), "u", false, 1, List.of("t"));
    return VirtualServerConditions.wanted(
            new VirtualServerInputs(facts, extension, served, presence, false, null))
        .getFirst();
  }

  private static Wanted notReady(VirtualServerProblem problem) {
    return new Wanted(
        ConditionNames.READY,
        false,
        ConditionNames.REGISTRATION_NOT_READY,
        VirtualServerMessages.sentence(problem).toString());
  }
}
