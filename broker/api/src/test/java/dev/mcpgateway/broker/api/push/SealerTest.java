package dev.mcpgateway.broker.api.push;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SealerTest {
  private static final UUID EXCHANGE = UUID.randomUUID();
  private static final byte[] PLAIN = "credential: s3cr3t".getBytes(UTF_8);

  private final Sealer sealer = new Sealer(key(1));

  @Test
  void whatIsSealedIsOpenedWithTheSameKey() {
    Sealer broker = new Sealer(key(1));
    byte[] request = sealer.sealRequest(EXCHANGE, PLAIN);
    assertThat(request).hasSize(PLAIN.length + Sealer.OVERHEAD);
    assertThat(broker.openRequest(request)).isEqualTo(PLAIN);
    assertThat(Sealer.exchange(request)).isEqualTo(EXCHANGE);
    assertThat(sealer.openReply(EXCHANGE, broker.sealReply(EXCHANGE, PLAIN))).isEqualTo(PLAIN);
  }

  @Test
  void nothingAtAllAndTheLargestRequestAreSealedToo() {
    assertThat(sealer.openRequest(sealer.sealRequest(EXCHANGE, new byte[0]))).isEmpty();
    byte[] large = new byte[PushCodec.MAX_REQUEST_BYTES - Sealer.OVERHEAD];
    assertThat(sealer.openRequest(sealer.sealRequest(EXCHANGE, large))).isEqualTo(large);
  }

  @Test
  void theTextCannotBeReadAndNeverLooksTheSame() {
    byte[] sealed = sealer.sealRequest(EXCHANGE, PLAIN);
    assertThat(new String(sealed, UTF_8)).doesNotContain("s3cr3t");
    assertThat(sealed).isNotEqualTo(sealer.sealRequest(EXCHANGE, PLAIN));
  }

  @Test
  void everyFlippedBitIsRefused() {
    byte[] request = sealer.sealRequest(EXCHANGE, PLAIN);
    byte[] reply = sealer.sealReply(EXCHANGE, PLAIN);
    for (int bit = 0; bit < request.length * 8; bit++) {
      assertThat(sealer.openRequest(flipped(request, bit))).as("bit %d", bit).isNull();
      assertThat(sealer.openReply(EXCHANGE, flipped(reply, bit))).as("bit %d", bit).isNull();
    }
  }

  @Test
  void whatIsCutOffOrLongerIsRefused() {
    byte[] request = sealer.sealRequest(EXCHANGE, PLAIN);
    byte[] reply = sealer.sealReply(EXCHANGE, PLAIN);
    for (int length = 0; length <= request.length + 1; length++) {
      if (length != request.length) {
        assertThat(sealer.openRequest(Arrays.copyOf(request, length))).as("%d", length).isNull();
        assertThat(sealer.openReply(EXCHANGE, Arrays.copyOf(reply, length)))
            .as("%d", length)
            .isNull();
      }
    }
  }

  @Test
  void anotherKeyOpensNothing() {
    Sealer other = new Sealer(key(2));
    assertThat(other.openRequest(sealer.sealRequest(EXCHANGE, PLAIN))).isNull();
    assertThat(other.openReply(EXCHANGE, sealer.sealReply(EXCHANGE, PLAIN))).isNull();
  }

  @Test
  void aRequestIsNoReplyAndAReplyNoRequest() {
    assertThat(sealer.openReply(EXCHANGE, sealer.sealRequest(EXCHANGE, PLAIN))).isNull();
    assertThat(sealer.openRequest(sealer.sealReply(EXCHANGE, PLAIN))).isNull();
  }

  @Test
  void theReplyToAnotherRequestIsRefused() {
    byte[] old = sealer.sealReply(UUID.randomUUID(), PLAIN);
    assertThat(sealer.openReply(EXCHANGE, old)).isNull();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, Sealer.OVERHEAD - 1})
  void whatIsTooShortHasNoExchange(int length) {
    assertThatThrownBy(() -> Sealer.exchange(new byte[length]))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aShortKeyIsRefusedAndNoKeyIsShown() {
    assertThatThrownBy(() -> new Sealer(new byte[Sealer.MIN_KEY_BYTES - 1]))
        .hasMessageContaining("at least 32 bytes");
    assertThat(sealer).hasToString("Sealer[2 keys]");
  }

  private static byte[] flipped(byte[] bytes, int bit) {
    byte[] copy = bytes.clone();
    copy[bit / 8] ^= (byte) (1 << (bit % 8));
    return copy;
  }

  private static byte[] key(int value) {
    byte[] key = new byte[32];
    Arrays.fill(key, (byte) value);
    return key;
  }
}
