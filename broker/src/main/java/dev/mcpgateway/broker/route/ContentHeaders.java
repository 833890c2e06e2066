package dev.mcpgateway.broker.route;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Reads the headers that describe a request's body (RFC 9110 §8). */
final class ContentHeaders {
  private ContentHeaders() {}

  /**
   * Whether the body is declared as JSON we can read: {@code application/json}, UTF-8 if anything
   * is said about it, not compressed.
   */
  static boolean isJson(RequestHead head) {
    String encoding = head.first("content-encoding");
    if (encoding != null && !encoding.equalsIgnoreCase("identity")) {
      return false;
    }
    String type = head.first("content-type");
    return type != null && isJson(type.toLowerCase(Locale.ROOT));
  }

  /** Whether a declared length is larger; without a declared length it is not. */
  static boolean isLongerThan(RequestHead head, int bytes) {
    Long length = length(head.first("content-length"));
    return length != null && length > bytes;
  }

  private static boolean isJson(String type) {
    String[] parts = type.split(";", -1);
    if (!parts[0].strip().equals("application/json")) {
      return false;
    }
    for (int i = 1; i < parts.length; i++) {
      String parameter = parts[i].strip();
      if (parameter.startsWith("charset=")
          && !parameter.substring(8).replace("\"", "").equals("utf-8")) {
        return false;
      }
    }
    return true;
  }

  private static @Nullable Long length(@Nullable String text) {
    if (text == null || text.isEmpty() || !text.chars().allMatch(c -> c >= '0' && c <= '9')) {
      return null;
    }
    return text.length() > 18 ? Long.MAX_VALUE : Long.parseLong(text);
  }
}
