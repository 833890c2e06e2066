package dev.mcpgateway.broker.extproc;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class SettingsFilterTest {
  private static final byte[] PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(US_ASCII);

  @Test
  void anUnknownSettingBecomesOneHelidonKnows() {
    // HEADER_TABLE_SIZE, ENABLE_CONNECT_PROTOCOL, 0, INITIAL_WINDOW_SIZE, NO_RFC7540_PRIORITIES
    String settings = "000100001000 000800000001 000000000007 000401000000 000900000001";
    String expected = "000100001000 000200000000 000200000000 000401000000 000200000000";
    String after = "000004080000000000017f0001";
    assertThat(read(frame(settings, after), Integer.MAX_VALUE)).isEqualTo(frame(expected, after));
  }

  @Test
  void itDoesNotMatterHowTheBytesArrive() {
    byte[] bytes = frame("000800000001 000401000000", "0000040800000000000000ffff");
    byte[] expected = frame("000200000000 000401000000", "0000040800000000000000ffff");
    for (int size = 1; size <= bytes.length; size++) {
      assertThat(read(bytes, size)).isEqualTo(expected);
    }
  }

  @Test
  void whatIsNoSettingsFrameIsLeftToHelidon() {
    byte[] bytes = frame("000800000001", "");
    bytes[PREFACE.length + 3] = 1;
    assertThat(read(bytes, Integer.MAX_VALUE)).isEqualTo(bytes);
    byte[] odd = Arrays.copyOf(frame("000800000001", ""), 60);
    odd[PREFACE.length + 2] = 7;
    assertThat(read(odd, Integer.MAX_VALUE)).isEqualTo(odd);
  }

  @Test
  void anEmptySettingsFrameIsOne() {
    assertThat(read(frame("", "00"), 5)).isEqualTo(frame("", "00"));
  }

  private static byte[] read(byte[] bytes, int size) {
    Deque<byte[]> parts = new ArrayDeque<>();
    for (int at = 0; at < bytes.length; at += Math.min(size, bytes.length - at)) {
      parts.add(Arrays.copyOfRange(bytes, at, at + Math.min(size, bytes.length - at)));
    }
    SettingsFilter filter = new SettingsFilter(parts::remove);
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    while (!parts.isEmpty()) {
      all.writeBytes(filter.get());
    }
    return all.toByteArray();
  }

  private static byte[] frame(String settings, String after) {
    byte[] payload = HexFormat.of().parseHex(settings.replace(" ", ""));
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    all.writeBytes(PREFACE);
    all.writeBytes(new byte[] {0, 0, (byte) payload.length, 4, 0, 0, 0, 0, 0});
    all.writeBytes(payload);
    all.writeBytes(HexFormat.of().parseHex(after));
    return all.toByteArray();
  }
}
