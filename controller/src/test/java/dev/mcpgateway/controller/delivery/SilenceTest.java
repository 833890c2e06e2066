package dev.mcpgateway.controller.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class SilenceTest {
  private final AtomicLong now = new AtomicLong(-5);
  private final Silence silence = new Silence(now::get);

  @Test
  void itLastsThirtySecondsAfterTheFirstOfManyFailuresInARow() {
    assertThat(silence.lasts()).isFalse();
    now.addAndGet(Silence.LIMIT.toNanos() - 1);
    assertThat(silence.lasts()).isFalse();
    now.addAndGet(1);
    assertThat(silence.lasts()).isTrue();
  }

  @Test
  void oneAnswerEndsIt() {
    assertThat(silence.lasts()).isFalse();
    now.addAndGet(Silence.LIMIT.toNanos());
    silence.broken();
    assertThat(silence.lasts()).isFalse();
    now.addAndGet(Silence.LIMIT.toNanos());
    assertThat(silence.lasts()).isTrue();
  }
}
