package dev.mcpgateway.broker.wire;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonParser;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.Objects;

/**
 * One JSON value as it stands in a message: a range of the message's bytes, already checked by
 * {@link MessageParser}. Numbers, escapes, white space and the order of keys are those of the
 * sender.
 */
public final class RawJson {
  private final byte[] document;
  private final int from;
  private final int to;

  RawJson(byte[] document, int from, int to) {
    Objects.checkFromToIndex(from, to, document.length);
    this.document = document;
    this.from = from;
    this.to = to;
  }

  /** A copy of the value's bytes. */
  public byte[] bytes() {
    return Arrays.copyOfRange(document, from, to);
  }

  /** Number of bytes. */
  public int length() {
    return to - from;
  }

  /** The value's text; for messages to peers, never for logs. */
  public String text() {
    return new String(document, from, to - from, UTF_8);
  }

  /** A parser standing before the value's first token, with the limits of {@link JsonLimits}. */
  public JsonParser open() {
    try {
      return JsonLimits.FACTORY.createParser(document, from, to - from);
    } catch (IOException e) {
      throw new UncheckedIOException("reading from memory does not fail", e);
    }
  }

  /**
   * The whole message with a part of this value replaced, every other byte identical.
   *
   * @param part a range inside this value
   */
  byte[] documentWith(Span part, byte[] replacement) {
    Objects.checkFromToIndex(part.from() - from, part.to() - from, to - from);
    byte[] result = new byte[document.length - part.length() + replacement.length];
    System.arraycopy(document, 0, result, 0, part.from());
    System.arraycopy(replacement, 0, result, part.from(), replacement.length);
    System.arraycopy(
        document, part.to(), result, part.from() + replacement.length, document.length - part.to());
    return result;
  }

  /** Size only: messages carry what users say and what tools answer. */
  @Override
  public String toString() {
    return "RawJson[" + length() + " bytes]";
  }

  /** Byte offsets in the message, {@code to} exclusive. */
  record Span(int from, int to) {
    int length() {
      return to - from;
    }
  }
}
