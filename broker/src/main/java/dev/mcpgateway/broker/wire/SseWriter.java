package dev.mcpgateway.broker.wire;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;

/** Bytes of server-sent events (WHATWG HTML §9.2). */
public final class SseWriter {
  private static final byte[] EVENT = "event: message\ndata: ".getBytes(UTF_8);
  private static final byte[] NEXT_LINE = "\ndata: ".getBytes(UTF_8);
  private static final byte[] END = "\n\n".getBytes(UTF_8);

  private SseWriter() {}

  /**
   * A message event; line ends in the data become several data lines, so none can end the event.
   */
  public static byte[] message(byte[] data) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(EVENT.length + data.length + 16);
    out.writeBytes(EVENT);
    for (int i = 0; i < data.length; i++) {
      if (data[i] == '\r' && i + 1 < data.length && data[i + 1] == '\n') {
        continue;
      }
      if (data[i] == '\n' || data[i] == '\r') {
        out.writeBytes(NEXT_LINE);
      } else {
        out.write(data[i]);
      }
    }
    out.writeBytes(END);
    return out.toByteArray();
  }

  /** A comment line, ignored by clients: keeps proxies and dead peers honest. */
  public static byte[] comment(String text) {
    return (": " + text.replaceAll("[\\r\\n]", " ") + "\n\n").getBytes(UTF_8);
  }
}
