package dev.mcpgateway.broker.wire;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/**
 * Takes server-sent events from a stream (WHATWG HTML §9.2.6), however the bytes were cut and
 * whichever line ends they have. An event that the stream's end cuts off is not delivered. Not
 * thread-safe; blocks as long as the stream does.
 */
public final class SseReader {
  private final InputStream in;
  private final int maxBytes;
  private final ByteArrayOutputStream line = new ByteArrayOutputStream();
  private boolean afterCarriageReturn;
  private boolean started;
  private String type = "";
  private @Nullable String id;
  private @Nullable StringBuilder data;
  private int size;

  /**
   * @param maxBytes largest event, comments included, that is read
   */
  public SseReader(InputStream in, int maxBytes) {
    this.in = in;
    this.maxBytes = maxBytes;
  }

  /**
   * The next event, or null at the end of the stream.
   *
   * @throws IOException when reading fails or an event is too large
   */
  public @Nullable SseEvent next() throws IOException {
    while (true) {
      String text = readLine();
      if (text == null) {
        return null;
      }
      if (!text.isEmpty()) {
        field(text);
        continue;
      }
      SseEvent event = data == null ? null : new SseEvent(typeOrDefault(), id, data.toString());
      type = "";
      data = null;
      size = 0;
      if (event != null) {
        return event;
      }
    }
  }

  private String typeOrDefault() {
    return type.isEmpty() ? "message" : type;
  }

  private void field(String text) {
    int colon = text.indexOf(':');
    String name = colon < 0 ? text : text.substring(0, colon);
    String value = colon < 0 ? "" : text.substring(colon + 1);
    if (value.startsWith(" ")) {
      value = value.substring(1);
    }
    switch (name) {
      case "event" -> type = value;
      case "data" -> {
        if (data == null) {
          data = new StringBuilder(value);
        } else {
          data.append('\n').append(value);
        }
      }
      case "id" -> {
        if (value.indexOf('\0') < 0) {
          id = value;
        }
      }
      default -> {
        // Comments, retry and fields of the future do not matter to a reader that never resumes.
      }
    }
  }

  private @Nullable String readLine() throws IOException {
    line.reset();
    while (true) {
      int b = in.read();
      if (b < 0) {
        return null;
      }
      boolean lineFeedOfCrLf = b == '\n' && afterCarriageReturn;
      afterCarriageReturn = b == '\r';
      if (lineFeedOfCrLf) {
        continue;
      }
      if (b == '\n' || b == '\r') {
        return withoutByteOrderMark(line.toString(UTF_8));
      }
      if (++size > maxBytes) {
        throw new IOException("an event is larger than " + maxBytes + " bytes");
      }
      line.write(b);
    }
  }

  private String withoutByteOrderMark(String text) {
    boolean first = !started;
    started = true;
    return first && text.startsWith("\ufeff") ? text.substring(1) : text;
  }
}
