package dev.mcpgateway.controller.instance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpgateway.controller.instance.RotationPlanner.Due;
import dev.mcpgateway.controller.instance.RotationPlanner.Timing;
import dev.mcpgateway.controller.secrets.KeyName;
import dev.mcpgateway.controller.secrets.RotationStep;
import dev.mcpgateway.controller.secrets.RotationStep.Begin;
import dev.mcpgateway.controller.secrets.RotationStep.Promote;
import dev.mcpgateway.controller.secrets.RotationStep.Retire;
import dev.mcpgateway.controller.secrets.RotationStep.Stamp;
import dev.mcpgateway.controller.secrets.StoredKeys;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class RotationPlannerTest {
  private static final Instant NOW = Instant.parse("2026-11-22T10:00:00Z");
  private static final Set<KeyName> ALL = Set.of(KeyName.values());
  private static final Set<KeyName> NONE = Set.of();
  private static final Duration OVERLAP = Timing.DEFAULT.overlap();
  private static final Duration RETIREMENT = Timing.DEFAULT.retirement();

  @Test
  void nothingHappensUnlessSomebodyAsks() {
    assertThat(plan("", NONE, NONE, "", null)).isEqualTo(nothing());
    assertThat(plan("one", NONE, NONE, "one", null)).isEqualTo(nothing());
    assertThat(plan("", NONE, NONE, "one", null)).isEqualTo(nothing());
  }

  @Test
  void aNewRequestBeginsAtOnce() {
    assertThat(plan("two", NONE, NONE, "one", null)).isEqualTo(now(new Begin("two")));
    assertThat(plan("two", NONE, ALL, "one", NOW)).isEqualTo(now(new Begin("two")));
  }

  @Test
  void theNextKeysAreUsedWhenEveryBrokerHasThem() {
    assertThat(plan("one", ALL, NONE, "one", NOW)).isEqualTo(later(OVERLAP));
    assertThat(plan("one", ALL, NONE, "one", NOW.minus(OVERLAP).plusMillis(1)))
        .isEqualTo(later(Duration.ofMillis(1)));
    assertThat(plan("one", ALL, NONE, "one", NOW.minus(OVERLAP))).isEqualTo(now(new Promote()));
  }

  @Test
  void whatWasBegunIsFinishedWhateverIsAskedMeanwhile() {
    assertThat(plan("two", ALL, NONE, "one", NOW)).isEqualTo(later(OVERLAP));
    assertThat(plan("", ALL, NONE, "one", NOW.minus(OVERLAP))).isEqualTo(now(new Promote()));
  }

  @Test
  void thePreviousKeysGoWhenNothingSignedWithThemIsValid() {
    assertThat(plan("one", NONE, ALL, "one", NOW)).isEqualTo(later(RETIREMENT));
    assertThat(plan("one", NONE, ALL, "one", NOW.minus(RETIREMENT))).isEqualTo(now(new Retire()));
    assertThat(plan("one", NONE, Set.of(KeyName.PUSH), "one", NOW.minus(RETIREMENT)))
        .isEqualTo(now(new Retire()));
  }

  @Test
  void whatIsMissingOrDamagedIsMadeAgainAndTheWaitBeginsAnew() {
    assertThat(plan("two", Set.of(KeyName.PUSH), NONE, "one", NOW.minus(OVERLAP)))
        .isEqualTo(now(new Begin("one")));
  }

  @Test
  void anUnknownOrImpossibleTimeIsTakenAsNow() {
    assertThat(plan("one", ALL, NONE, "one", null)).isEqualTo(now(new Stamp()));
    assertThat(plan("one", NONE, ALL, "one", null)).isEqualTo(now(new Stamp()));
    assertThat(plan("one", ALL, NONE, "one", NOW.plus(OVERLAP).plusSeconds(1)))
        .isEqualTo(now(new Stamp()));
  }

  private static Due plan(
      String request,
      Set<KeyName> next,
      Set<KeyName> previous,
      String rotation,
      @Nullable Instant since) {
    return RotationPlanner.plan(
        request,
        new StoredKeys(
            "n", "1", ALL, next, previous, Set.of(), rotation, since, Set.of("uid"), true),
        NOW,
        Timing.DEFAULT);
  }

  private static Due nothing() {
    return later(Duration.ZERO);
  }

  private static Due later(Duration after) {
    return new Due(Optional.empty(), after);
  }

  private static Due now(RotationStep step) {
    return new Due(Optional.of(step), Duration.ZERO);
  }
}
