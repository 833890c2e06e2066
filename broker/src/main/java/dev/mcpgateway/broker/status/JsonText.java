package dev.mcpgateway.broker.status;

/** How long texts are at most as strings in JSON (RFC 8259 §7) in UTF-8. */
public final class JsonText {
  private static final String CUT = "…";

  private JsonText() {}

  /** Bytes of a text with its escapes, its quotes and a comma. */
  static int bytes(String text) {
    return "\"\",".length() + text.codePoints().map(JsonText::bytes).sum();
  }

  /** A text that is at most so many bytes long, with an ellipsis where something is missing. */
  public static String cut(String text, int bytes) {
    if (bytes(text) <= bytes) {
      return text;
    }
    int left = bytes - bytes(CUT);
    int end = 0;
    while (end < text.length() && bytes(text.codePointAt(end)) <= left) {
      left -= bytes(text.codePointAt(end));
      end = text.offsetByCodePoints(end, 1);
    }
    return end == 0 ? "" : text.substring(0, end) + CUT;
  }

  private static int bytes(int codePoint) {
    if (codePoint < 0x20) {
      return "\\u0000".length();
    }
    if (codePoint == '"' || codePoint == '\\') {
      return 2;
    }
    if (codePoint < 0x80) {
      return 1;
    }
    if (codePoint < 0x800) {
      return 2;
    }
    // Jackson writes what lies beyond as two escapes.
    return codePoint < 0x10000 ? 3 : "\\ud83d\\ude00".length();
  }
}
