package dev.mcpgateway.broker.push;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.UUID;
import org.junit.jupiter.api.Test;

class ExchangesTest {
  private final Exchanges exchanges = new Exchanges();

  @Test
  void whatIsRepeatedIsNotBegunAgain() {
    assertThat(exchanges.begin(new UUID(0, 1))).isTrue();
    assertThat(exchanges.begin(new UUID(0, 2))).isTrue();
    assertThat(exchanges.begin(new UUID(0, 1))).isFalse();
  }

  @Test
  void theOldestAreForgottenFirst() {
    for (int i = 0; i <= Exchanges.REMEMBERED; i++) {
      assertThat(exchanges.begin(new UUID(0, i))).isTrue();
    }
    assertThat(exchanges.begin(new UUID(0, 1))).isFalse();
    assertThat(exchanges.begin(new UUID(0, 0))).isTrue();
  }
}
