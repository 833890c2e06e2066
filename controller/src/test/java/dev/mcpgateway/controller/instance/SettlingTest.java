package dev.mcpgateway.controller.instance;

import static dev.mcpgateway.controller.instance.Settling.SETTLE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpgateway.controller.observe.Rollout;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.ConditionBuilder;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class SettlingTest {
  private static final Rollout BEHIND = new Rollout(3, 1, null);
  private static final Condition SAID = programmed("True", 7, "3/3 replicas at version 41.");

  private long nanos;
  private final Settling settling = new Settling(() -> nanos);

  @Test
  void whatWasProgrammedStaysForAMomentAndNotLonger() {
    assertThat(settling.left("a", true)).isEqualTo(SETTLE);
    nanos += SETTLE.toNanos() - 1;
    assertThat(settling.left("a", true)).isEqualTo(Duration.ofNanos(1));
    nanos += 1;
    assertThat(settling.left("a", true)).isZero();
    nanos += 1;
    assertThat(settling.left("a", true)).isZero();
  }

  @Test
  void oneChangeAfterTheOtherDoesNotMakeItLonger() {
    settling.left("a", true);
    nanos += SETTLE.toNanos() / 2;
    assertThat(settling.left("a", true)).isEqualTo(SETTLE.dividedBy(2));
  }

  @Test
  void whoeverHasCaughtUpHasTheWholeTimeAgain() {
    settling.left("a", true);
    nanos += SETTLE.toNanos();
    assertThat(settling.left("a", false)).isZero();
    assertThat(settling.left("a", true)).isEqualTo(SETTLE);
    settling.forget("a");
    nanos += SETTLE.toNanos();
    assertThat(settling.left("a", true)).isEqualTo(SETTLE);
  }

  @Test
  void namespacesSettleOnTheirOwn() {
    settling.left("a", true);
    nanos += SETTLE.toNanos();
    assertThat(settling.left("b", true)).isEqualTo(SETTLE);
  }

  @Test
  void brokersThatHaveNotCaughtUpYetAreBehind() {
    assertThat(Settling.behind(SAID, 7, new Delivery.Complete(), BEHIND)).isTrue();
    assertThat(Settling.behind(SAID, 7, new Delivery.Written(), new Rollout(3, 3, null))).isTrue();
    assertThat(
            Settling.behind(
                SAID,
                7,
                new Delivery.Complete(),
                new Rollout(3, 1, new Rollout.Undelivered("pod", "timed out"))))
        .isTrue();
  }

  @Test
  void whatHasNotBeenSaidOrIsTrueStillDoesNotSettle() {
    assertThat(Settling.behind(null, 7, new Delivery.Complete(), BEHIND)).isFalse();
    assertThat(Settling.behind(programmed("False", 7, ""), 7, new Delivery.Complete(), BEHIND))
        .isFalse();
    assertThat(Settling.behind(SAID, 7, new Delivery.Complete(), new Rollout(3, 3, null)))
        .isFalse();
  }

  @Test
  void whatNoWaitingHelpsIsToldAtOnce() {
    assertThat(
            Settling.behind(
                SAID,
                7,
                new Delivery.Complete(),
                new Rollout(3, 1, new Rollout.Refused("pod", "no YAML"))))
        .isFalse();
    assertThat(Settling.behind(SAID, 7, new Delivery.Complete(), Rollout.NOBODY)).isFalse();
    assertThat(Settling.behind(SAID, 7, new Delivery.TooLarge(), BEHIND)).isFalse();
    assertThat(Settling.behind(SAID, 7, new Delivery.Refused("no"), BEHIND)).isFalse();
    assertThat(Settling.behind(SAID, 7, new Delivery.NamespaceGoes(), BEHIND)).isFalse();
  }

  @Test
  void anotherSpecificationIsNotWhatWasProgrammed() {
    assertThat(Settling.behind(SAID, 8, new Delivery.Written(), BEHIND)).isFalse();
  }

  @Test
  void whatStaysNamesItsOwnVersionAndGeneration() {
    Condition ready = new ConditionBuilder(SAID).withType("Ready").build();
    Condition pending = programmed("False", 8, "0/3 replicas at version 42.");
    assertThat(Settling.keep(List.of(SAID), List.of(ready, pending))).containsExactly(ready, SAID);
    assertThat(Settling.keep(null, List.of(ready, pending))).containsExactly(ready, pending);
  }

  private static Condition programmed(String status, long generation, String message) {
    return new ConditionBuilder()
        .withType("Programmed")
        .withStatus(status)
        .withReason("Programmed")
        .withMessage(message)
        .withObservedGeneration(generation)
        .build();
  }
}
