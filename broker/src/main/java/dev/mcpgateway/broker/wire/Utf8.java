package dev.mcpgateway.broker.wire;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;

/**
 * Looks at bytes before a JSON parser does: Jackson guesses UTF-16 and UTF-32 from zero bytes and
 * skips a byte order mark, and MCP is UTF-8 only (2025-11-25 §Transports).
 */
final class Utf8 {
  private Utf8() {}

  /** Well-formed UTF-8 without a zero byte. */
  static boolean isText(byte[] bytes) {
    int at = 0;
    while (at < bytes.length && bytes[at] > 0) {
      at++;
    }
    for (int i = at; i < bytes.length; i++) {
      if (bytes[i] == 0) {
        return false;
      }
    }
    try {
      // A new decoder reports malformed input; overlong forms and encoded surrogates are malformed.
      UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes, at, bytes.length - at));
      return true;
    } catch (CharacterCodingException e) {
      return false;
    }
  }

  /** The first byte that is not JSON white space, or -1. */
  static int firstByte(byte[] bytes) {
    for (byte b : bytes) {
      if (b != ' ' && b != '\n' && b != '\r' && b != '\t') {
        return b & 0xff;
      }
    }
    return -1;
  }

  /** Whether an escape of a surrogate occurs, the only way to half a character in valid UTF-8. */
  static boolean mayEscapeSurrogates(byte[] bytes) {
    for (int i = 0; i + 2 < bytes.length; i++) {
      if (bytes[i] == '\\' && bytes[i + 1] == 'u' && (bytes[i + 2] | 0x20) == 'd') {
        return true;
      }
    }
    return false;
  }

  /** Whether every surrogate has its partner. */
  static boolean isWhole(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (Character.isHighSurrogate(c)
          && i + 1 < text.length()
          && Character.isLowSurrogate(text.charAt(i + 1))) {
        i++;
      } else if (Character.isSurrogate(c)) {
        return false;
      }
    }
    return true;
  }
}
