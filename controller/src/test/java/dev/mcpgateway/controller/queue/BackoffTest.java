package dev.mcpgateway.controller.queue;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BackoffTest {
  private final Backoff backoff =
      new Backoff(Duration.ofMillis(50), Duration.ofSeconds(30), new Random(3));

  @ParameterizedTest
  @CsvSource({
    "0, 50",
    "1, 50",
    "2, 100",
    "5, 800",
    "10, 25600",
    "11, 30000",
    "40, 30000",
    "2000000000, 30000"
  })
  void everyWaitIsBetweenHalfAndTheWholeOfItsStep(int failures, long whole) {
    for (int i = 0; i < 1000; i++) {
      assertThat(backoff.after(failures))
          .isBetween(Duration.ofMillis(whole / 2), Duration.ofMillis(whole));
    }
  }

  @Test
  void keysThatFailTogetherDoNotComeBackTogether() {
    assertThat(java.util.stream.IntStream.range(0, 100).mapToObj(i -> backoff.after(8)).distinct())
        .hasSizeGreaterThan(90);
  }
}
