package dev.mcpgateway.controller.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ReportBudgetTest {
  private final ReportBudget budget = new ReportBudget();

  @Test
  void brokersOfANamespaceShareWhatItMayHave() {
    ReportBudget.Share first = budget.join("a");
    assertThat(first.room()).isEqualTo(ReportBudget.SHARE);
    try (ReportBudget.Share second = budget.join("a")) {
      assertThat(second.room()).isEqualTo(ReportBudget.SHARE / 2);
      assertThat(first.room()).isEqualTo(ReportBudget.SHARE / 2);
      assertThat(budget.join("b").room()).isEqualTo(ReportBudget.SHARE);
    }
    assertThat(first.room()).isEqualTo(ReportBudget.SHARE);
  }

  @Test
  void whenEverythingIsTakenEveryBrokerStillHasAFloor() {
    var greedy =
        IntStream.range(0, ReportBudget.ALL / ReportBudget.SHARE + 2)
            .mapToObj(i -> budget.join("greedy-" + i))
            .toList();
    greedy.forEach(share -> share.hold(share.room()));
    ReportBudget.Share late = budget.join("late");
    assertThat(late.room()).isEqualTo(ReportBudget.FLOOR);
    late.hold(ReportBudget.FLOOR);
    // Who holds much may go on doing so, and gives it back in the end.
    assertThat(greedy.getFirst().room()).isEqualTo(ReportBudget.SHARE);
    greedy.getFirst().close();
    greedy.getFirst().hold(ReportBudget.SHARE);
    assertThat(late.room()).isGreaterThan(ReportBudget.SHARE / 2);
  }
}
