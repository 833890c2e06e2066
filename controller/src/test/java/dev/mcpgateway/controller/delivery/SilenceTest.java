package dev.mcpgateway.controller.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpgateway.broker.api.push.PushRequest;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class SilenceTest {
  private static final Duration MOMENT = Duration.ofNanos(1);

  private final AtomicLong now = new AtomicLong(-5);
  private final Silence silence = new Silence(now::get);

  @Test
  void itIsOverWhenTheLastAnswerIsLongAgoWhateverHasBeenAskedSince() {
    pass(Silence.LIMIT.minus(MOMENT));
    assertThat(silence.left()).isEqualTo(MOMENT);
    pass(MOMENT);
    assertThat(silence.left()).isZero();
    pass(Silence.LIMIT);
    assertThat(silence.left()).isZero();
  }

  @Test
  void oneAnswerEndsIt() {
    pass(Silence.LIMIT);
    silence.broken();
    assertThat(silence.left()).isEqualTo(Silence.LIMIT);
  }

  @Test
  void timeInWhichItIsNotItsTurnDoesNotCount() {
    pass(MOMENT);
    try (var _ = silence.excused()) {
      pass(Silence.LIMIT.multipliedBy(2));
    }
    assertThat(silence.left()).isEqualTo(Silence.LIMIT.minus(MOMENT));
  }

  @Test
  void whatNobodyHadRoomToReadWasNoSilenceAndEndsNone() {
    pass(Silence.LIMIT.minus(MOMENT));
    silence.unread();
    assertThat(silence.left()).isEqualTo(Silence.LIMIT);
    pass(Silence.LIMIT);
    silence.unread();
    assertThat(silence.left()).isZero();
  }

  @Test
  void aBrokerWithNothingNewToSayIsNotSilent() {
    assertThat(Silence.LIMIT).isGreaterThan(PushRequest.MAX_WAIT.plusSeconds(10));
  }

  private void pass(Duration time) {
    now.addAndGet(time.toNanos());
  }
}
