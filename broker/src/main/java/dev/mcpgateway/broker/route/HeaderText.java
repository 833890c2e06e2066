package dev.mcpgateway.broker.route;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Base64;

/** What may stand in a header value. */
final class HeaderText {
  private static final String PREFIX = "=?base64?";
  private static final String SUFFIX = "?=";

  private HeaderText() {}

  /**
   * Whether Envoy takes the value as it is: printable ASCII (RFC 9110 §5.5). One bad value would
   * fail the whole request with 500.
   */
  static boolean isSafe(String value) {
    return value.chars().allMatch(c -> c == '\t' || (c >= 0x20 && c < 0x7f));
  }

  /**
   * Any text as a header value: itself when it is plain, otherwise in the Base64 form of MCP
   * 2026-07-28 §Mirrored Headers, which is also used for a text that already looks like it.
   */
  static String encode(String text) {
    boolean plain =
        text.chars().allMatch(c -> c >= 0x20 && c < 0x7f)
            && text.equals(text.strip())
            && !(text.startsWith(PREFIX) && text.endsWith(SUFFIX));
    return plain
        ? text
        : PREFIX + Base64.getEncoder().encodeToString(text.getBytes(UTF_8)) + SUFFIX;
  }
}
