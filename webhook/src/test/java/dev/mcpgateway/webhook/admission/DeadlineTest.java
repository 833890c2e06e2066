package dev.mcpgateway.webhook.admission;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DeadlineTest {
  @ParameterizedTest
  @CsvSource(
      nullValues = "none",
      value = {
        "5s, 4500",
        "30s, 27000",
        "500ms, 450",
        "1m, 27000",
        "999999s, 27000",
        "none, 9000",
        "0s, 9000",
        "-1s, 9000",
        "5, 9000",
        "99999999999999s, 9000"
      })
  void theQueryLeavesATenthForTheWayBack(String timeout, long millis) {
    long before = System.nanoTime();
    Deadline deadline = Deadline.ofQuery(timeout);
    assertThat(deadline.nanoTime() - Duration.ofMillis(millis).toNanos())
        .isBetween(before, System.nanoTime());
  }

  @Test
  void whatIsLeftIsTheTimeUntilTheEnd() {
    assertThat(Deadline.in(Duration.ofHours(1)).remaining())
        .isBetween(Duration.ofMinutes(30), Duration.ofHours(1));
  }

  @Test
  void nothingIsLeftAfterTheEnd() {
    assertThat(Deadline.in(Duration.ofSeconds(-1)).remaining()).isZero();
  }
}
