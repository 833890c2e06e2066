package dev.mcpgateway.controller.instance;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpgateway.controller.api.ObjectKey;
import dev.mcpgateway.controller.api.conditions.Conditions.Wanted;
import dev.mcpgateway.controller.api.facts.ExtensionFacts;
import dev.mcpgateway.controller.api.rules.Verdict;
import dev.mcpgateway.controller.observe.InstanceInputs;
import dev.mcpgateway.controller.observe.InstanceInputs.Judged;
import dev.mcpgateway.controller.secrets.StoredConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** A document that does not fit; the rest is told by scenarios. */
class InstancePlannerTest {
  private static final ObjectKey ELSEWHERE = new ObjectKey("gateway-system", "another");
  private static final String WITHDRAWN = "servers: []\nvirtualServers: []\n";

  private final InstanceInputs some;
  private final StoredConfig stored;
  private final ExtensionFacts holder;

  InstancePlannerTest() throws IOException {
    some =
        Scenario.outlook(Path.of("src/test/resources/scenarios/nothing-to-do"))
            .instances()
            .values()
            .iterator()
            .next();
    stored = requireNonNull(some.storedConfig());
    holder = requireNonNull(some.holder());
  }

  @Test
  void theLastGoodDocumentStaysOrIsStoredAgain() {
    LastGood good = new LastGood(stored.document(), holder.claimKey());
    assertThat(plan(stored, good)).isEqualTo(new ConfigStep.TooLarge(true));
    assertThat(plan(null, good)).isEqualTo(new ConfigStep.Fallback(stored.document(), true, 0));
    assertThat(plan(stored, null)).isEqualTo(new ConfigStep.TooLarge(true));
  }

  @Test
  void whatWasGoodForAnotherGatewayIsWithdrawn() {
    ConfigStep step = plan(stored, new LastGood(stored.document(), ELSEWHERE));
    assertThat(step).isEqualTo(new ConfigStep.Fallback(WITHDRAWN, false, 0));
    // And then stays so.
    LastStored last = new LastStored();
    last.after(
        new InstancePlan(new KeysStep.Keep(), step), tooLarge(stored), new Storing.TooLarge(false));
    assertThat(requireNonNull(last.good(some)))
        .isEqualTo(new LastGood(WITHDRAWN, holder.claimKey()));
  }

  @Test
  void whereNothingIsStoredNothingIsSaidToStayInForce() {
    assertThat(plan(null, null)).isEqualTo(new ConfigStep.TooLarge(false));
    assertThat(programmed(new Storing.TooLarge(false)))
        .isEqualTo(
            "The configuration would exceed 921600 bytes; no other one is stored for this Gateway, and a broker that starts now serves nothing. Remove registrations or virtual servers.");
    assertThat(programmed(new Storing.TooLarge(true)))
        .isEqualTo(
            "The configuration would exceed 921600 bytes; the last good one stays in force. Remove registrations or virtual servers.");
    assertThat(ExtensionConditions.servers(tooLarge(stored), new Storing.TooLarge(false))).isZero();
    assertThat(ExtensionConditions.servers(tooLarge(stored), new Storing.TooLarge(true)))
        .isEqualTo(stored.config().servers().size());
  }

  @Test
  void aSecretThatWasNeverOursIsNothingThatStaysInForce() {
    StoredConfig foreign =
        new StoredConfig(
            stored.namespace(), stored.resourceVersion(), stored.text(), 0, true, false);
    assertThat(plan(foreign, null)).isEqualTo(new ConfigStep.TooLarge(false));
  }

  private ConfigStep plan(@Nullable StoredConfig present, @Nullable LastGood good) {
    return InstancePlanner.plan(tooLarge(present), good).config();
  }

  private String programmed(Storing storing) {
    Judged accepted = new Judged(holder, new Verdict(List.of()), List.of());
    return ExtensionConditions.wanted(accepted, storing, tooLarge(stored)).stream()
        .filter(w -> w.type().equals("Programmed"))
        .map(Wanted::message)
        .findFirst()
        .orElseThrow();
  }

  private InstanceInputs tooLarge(@Nullable StoredConfig present) {
    return new InstanceInputs(
        some.namespace(),
        some.extensions(),
        some.holder(),
        some.wanted(),
        true,
        present,
        some.storedKeys(),
        some.rollout(),
        some.brokers(),
        some.ahead(),
        some.toolsServed());
  }
}
