package dev.mcpgateway.broker.mcp;

import com.fasterxml.jackson.core.io.JsonStringEncoder;

/** The little JSON this package writes itself. */
final class Json {
  private static final int MAX_ECHO = 128;

  private Json() {}

  /** A string with its quotes, cut when it is longer than a name should be. */
  static byte[] quoted(String text) {
    byte[] escaped = JsonStringEncoder.getInstance().quoteAsUTF8(shortened(text));
    byte[] quoted = new byte[escaped.length + 2];
    quoted[0] = '"';
    System.arraycopy(escaped, 0, quoted, 1, escaped.length);
    quoted[quoted.length - 1] = '"';
    return quoted;
  }

  /** What a client sent, fit to be repeated to it. */
  static String shortened(String text) {
    return text.length() <= MAX_ECHO
        ? text
        : text.substring(0, text.offsetByCodePoints(0, MAX_ECHO / 2)) + "…";
  }
}
