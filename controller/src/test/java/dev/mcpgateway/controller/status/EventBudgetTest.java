package dev.mcpgateway.controller.status;

import static dev.mcpgateway.controller.status.EventBudget.BURST;
import static dev.mcpgateway.controller.status.EventBudget.REFILL;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class EventBudgetTest {
  // About to overflow: System.nanoTime may be anything.
  private long nanos = Long.MAX_VALUE - 1;
  private final EventBudget budget = new EventBudget(() -> nanos);

  @Test
  void aBurstIsToldAndWhatIsMoreIsNot() {
    assertThat(take("a", BURST)).isEqualTo(BURST);
    assertThat(take("a", 50)).isZero();
  }

  @Test
  void everyObjectHasItsOwn() {
    take("a", BURST + 1);
    assertThat(take("b", BURST)).isEqualTo(BURST);
  }

  @Test
  void theNextOneTellsHowManyWereLeftOut() {
    take("a", BURST + 7);
    pass(REFILL);
    assertThat(budget.take("a")).isEqualTo(OptionalInt.of(7));
    pass(REFILL);
    assertThat(budget.take("a")).isEqualTo(OptionalInt.of(0));
  }

  @Test
  void whatFlapsWithoutEndIsToldOnceInAWhile() {
    int told = 0;
    for (int second = 0; second < 3600; second++) {
      told += take("a", 2);
      pass(Duration.ofSeconds(1));
    }
    assertThat(told).isBetween(BURST + 58, BURST + 60);
  }

  @Test
  void aQuietTimeGivesTheBurstBackAndNoMore() {
    take("a", BURST);
    pass(Duration.ofDays(1));
    assertThat(take("a", 50)).isEqualTo(BURST);
  }

  @Test
  void whoIsQuietForLongIsForgotten() {
    for (int i = 0; i < 1000; i++) {
      take("object-" + i, BURST);
    }
    pass(REFILL.multipliedBy(BURST));
    take("last", 1);
    assertThat(budget.known()).isEqualTo(1);
  }

  /** How many of so many Events may be written. */
  private int take(String uid, int events) {
    return (int) IntStream.range(0, events).filter(i -> budget.take(uid).isPresent()).count();
  }

  private void pass(Duration time) {
    nanos += time.toNanos();
  }
}
