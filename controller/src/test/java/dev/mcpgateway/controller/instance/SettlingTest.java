package dev.mcpgateway.controller.instance;

import static dev.mcpgateway.controller.instance.Settling.SETTLE;
import static dev.mcpgateway.controller.instance.Settling.UNHEARD;
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
    assertThat(settling.left("a", SETTLE)).isEqualTo(SETTLE);
    nanos += SETTLE.toNanos() - 1;
    assertThat(settling.left("a", SETTLE)).isEqualTo(Duration.ofNanos(1));
    nanos += 1;
    assertThat(settling.left("a", SETTLE)).isZero();
    nanos += 1;
    assertThat(settling.left("a", SETTLE)).isZero();
  }

  @Test
  void oneChangeAfterTheOtherDoesNotMakeItLonger() {
    settling.left("a", SETTLE);
    nanos += SETTLE.toNanos() / 2;
    assertThat(settling.left("a", SETTLE)).isEqualTo(SETTLE.dividedBy(2));
  }

  @Test
  void whoeverHasCaughtUpHasTheWholeTimeAgain() {
    settling.left("a", SETTLE);
    nanos += SETTLE.toNanos();
    assertThat(settling.left("a", Duration.ZERO)).isZero();
    assertThat(settling.left("a", SETTLE)).isEqualTo(SETTLE);
    settling.forget("a");
    nanos += SETTLE.toNanos();
    assertThat(settling.left("a", SETTLE)).isEqualTo(SETTLE);
  }

  @Test
  void namespacesSettleOnTheirOwn() {
    settling.left("a", SETTLE);
    nanos += SETTLE.toNanos();
    assertThat(settling.left("b", SETTLE)).isEqualTo(SETTLE);
  }

  @Test
  void brokersThatHaveNotCaughtUpYetAreBehind() {
    assertThat(Settling.atMost(SAID, 7, new Storing.Complete(), BEHIND)).isEqualTo(SETTLE);
    assertThat(Settling.atMost(SAID, 7, new Storing.Written(), new Rollout(3, 3, null)))
        .isEqualTo(SETTLE);
    assertThat(
            Settling.atMost(
                SAID,
                7,
                new Storing.Complete(),
                new Rollout(3, 1, new Rollout.Undelivered("pod", "timed out"))))
        .isEqualTo(SETTLE);
  }

  @Test
  void brokersThatHaveNotBeenHeardOfYetAreWaitedForLonger() {
    Rollout begins = new Rollout(3, 2, 1, null);
    assertThat(Settling.atMost(SAID, 7, new Storing.Complete(), begins)).isEqualTo(UNHEARD);
    assertThat(settling.left("a", UNHEARD)).isEqualTo(UNHEARD);
    nanos += UNHEARD.toNanos() - 1;
    assertThat(settling.left("a", UNHEARD)).isEqualTo(Duration.ofNanos(1));
    nanos += 1;
    assertThat(settling.left("a", UNHEARD)).isZero();
  }

  @Test
  void whoIsHeardOfLateAndIsBehindDoesNotHaveMoreTimeForIt() {
    assertThat(settling.left("a", UNHEARD)).isEqualTo(UNHEARD);
    nanos += SETTLE.toNanos();
    assertThat(settling.left("a", SETTLE)).isZero();
  }

  @Test
  void whatHasNotBeenSaidOrIsTrueStillDoesNotSettle() {
    assertThat(Settling.atMost(null, 7, new Storing.Complete(), BEHIND)).isZero();
    assertThat(Settling.atMost(programmed("False", 7, ""), 7, new Storing.Complete(), BEHIND))
        .isZero();
    assertThat(Settling.atMost(SAID, 7, new Storing.Complete(), new Rollout(3, 3, null))).isZero();
  }

  @Test
  void whatNoWaitingHelpsIsToldAtOnce() {
    assertThat(
            Settling.atMost(
                SAID,
                7,
                new Storing.Complete(),
                new Rollout(3, 1, new Rollout.Refused("pod", "no YAML"))))
        .isZero();
    assertThat(Settling.atMost(SAID, 7, new Storing.Complete(), Rollout.NOBODY)).isZero();
    assertThat(Settling.atMost(SAID, 7, new Storing.TooLarge(true), BEHIND)).isZero();
    assertThat(Settling.atMost(SAID, 7, new Storing.Refused("no"), BEHIND)).isZero();
    assertThat(Settling.atMost(SAID, 7, new Storing.NamespaceGoes(), BEHIND)).isZero();
  }

  @Test
  void anotherSpecificationIsNotWhatWasProgrammed() {
    assertThat(Settling.atMost(SAID, 8, new Storing.Written(), BEHIND)).isZero();
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
