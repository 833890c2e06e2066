package dev.mcpgateway.controller.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class AnswerRoomTest {
  private static final int LARGEST = PushBudget.SHARE;

  private final AtomicLong now = new AtomicLong();
  private final Silence silence = new Silence(now::get);
  private final AnswerRoom room = new AnswerRoom(Duration.ofMillis(10));

  @Test
  void anAnswerDoesNotWaitForRoomForEverAndIsNotCalledSilence() throws Exception {
    pass(Silence.LIMIT.minusSeconds(1));
    try (var _ = room.toRead("team", LARGEST, silence)) {
      assertThat(silence.left()).isEqualTo(Duration.ofSeconds(1));
      assertThatExceptionOfType(DeliveryException.class)
          .isThrownBy(() -> room.toRead("team", 1, silence))
          .withMessageStartingWith("no room to read the answer");
      assertThat(silence.left()).isEqualTo(Silence.LIMIT);
      room.toRead("another", LARGEST, silence).close();
    }
    room.toRead("team", LARGEST, silence).close();
    assertThat(room.namespaces()).isZero();
  }

  @Test
  void oneAnswerIsOpenedAtATimeAndTheOthersDoNotWaitForEver() throws Exception {
    pass(Silence.LIMIT.minusSeconds(1));
    try (var _ = room.toOpen(silence)) {
      assertThatExceptionOfType(DeliveryException.class)
          .isThrownBy(() -> room.toOpen(silence))
          .withMessageStartingWith("no room to read the answer");
      assertThat(silence.left()).isEqualTo(Silence.LIMIT);
    }
    room.toOpen(silence).close();
  }

  private void pass(Duration time) {
    now.addAndGet(time.toNanos());
  }
}
