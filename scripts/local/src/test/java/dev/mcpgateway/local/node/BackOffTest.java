package dev.mcpgateway.local.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpgateway.local.node.ContainerProcess.RestartRule;
import java.time.Duration;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class BackOffTest {
  private final BackOff backOff = BackOff.DEFAULT;

  @Test
  void theFirstRestartIsAtOnceThenTheWaitDoublesUpToALimit() {
    assertThat(IntStream.rangeClosed(1, 8).mapToObj(n -> backOff.delay(n).toSeconds()))
        .containsExactly(0L, 1L, 2L, 4L, 8L, 16L, 30L, 30L);
    assertThat(backOff.delay(1_000)).isEqualTo(Duration.ofSeconds(30));
  }

  @Test
  void aLongRunIsForgiven() {
    assertThat(backOff.failures(7, Duration.ofSeconds(5))).isEqualTo(8);
    assertThat(backOff.failures(7, Duration.ofMinutes(2))).isEqualTo(1);
  }

  @Test
  void restartsFollowThePodsPolicy() {
    assertThat(RestartRule.of("Always").again(0)).isTrue();
    assertThat(RestartRule.of("OnFailure").again(0)).isFalse();
    assertThat(RestartRule.of("OnFailure").again(1)).isTrue();
    assertThat(RestartRule.of("Never").again(1)).isFalse();
  }
}
