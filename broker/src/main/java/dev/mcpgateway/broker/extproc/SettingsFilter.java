package dev.mcpgateway.broker.extproc;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Takes unknown settings out of a client's connection preface (RFC 9113 §3.4: 24 bytes and a
 * SETTINGS frame). A receiver must ignore them (§6.5.2), but Helidon 4.5.0 reads on in the middle
 * of the first one: Envoy sends ENABLE_CONNECT_PROTOCOL before INITIAL_WINDOW_SIZE, so Helidon
 * believes in a window of 65,535 bytes while Envoy, which granted 16 MiB, waits for half of that
 * before it would extend the window. An unknown setting is replaced by ENABLE_PUSH=0, which is what
 * every gRPC client says anyway; the length of the frame stays.
 */
final class SettingsFilter implements Supplier<byte[]> {
  private static final int PREFACE = 24;
  private static final int FRAME_HEADER = 9;
  private static final int SETTINGS = 0x4;
  private static final int SETTING = 6;
  private static final int LAST_KNOWN = 0x6;
  private static final int ENABLE_PUSH = 0x2;

  private final Supplier<byte[]> source;
  private @Nullable ByteArrayOutputStream preface = new ByteArrayOutputStream();

  /**
   * Filters a connection from its first byte.
   *
   * @param source blocks until there are bytes; throws at the end
   */
  SettingsFilter(Supplier<byte[]> source) {
    this.source = source;
  }

  @Override
  public byte[] get() {
    ByteArrayOutputStream collected = preface;
    if (collected == null) {
      return source.get();
    }
    while (true) {
      collected.writeBytes(source.get());
      byte[] bytes = collected.toByteArray();
      if (isComplete(bytes)) {
        preface = null;
        return filtered(bytes);
      }
    }
  }

  private static boolean isComplete(byte[] bytes) {
    int start = PREFACE + FRAME_HEADER;
    return bytes.length >= start && bytes.length >= start + settingsLength(bytes);
  }

  /** Length of the settings, or 0 when the frame is none: then Helidon may say what it thinks. */
  private static int settingsLength(byte[] bytes) {
    int length = ByteBuffer.wrap(bytes).getInt(PREFACE) >>> 8;
    boolean settings = bytes[PREFACE + 3] == SETTINGS && length % SETTING == 0;
    return settings && length <= 0x4000 ? length : 0;
  }

  private static byte[] filtered(byte[] bytes) {
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    int start = PREFACE + FRAME_HEADER;
    for (int at = start; at < start + settingsLength(bytes); at += SETTING) {
      int identifier = buffer.getShort(at) & 0xffff;
      if (identifier == 0 || identifier > LAST_KNOWN) {
        buffer.putShort(at, (short) ENABLE_PUSH).putInt(at + 2, 0);
      }
    }
    return bytes;
  }
}
