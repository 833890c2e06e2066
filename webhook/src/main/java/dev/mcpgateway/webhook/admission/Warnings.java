package dev.mcpgateway.webhook.admission;

import java.util.ArrayList;
import java.util.List;

/**
 * Fits texts to warning headers: the API server cuts what is too long, and an HTTP header carries
 * neither line breaks nor, safely, anything but ASCII (RFC 9110, section 5.5).
 */
final class Warnings {
  /** Longest warning (decision 10). */
  static final int MAX_LENGTH = 240;

  /** Most warnings of one answer, so that all of them stay below the API server's total. */
  private static final int MAX_COUNT = 16;

  private Warnings() {}

  /**
   * The warnings to send. One that is too long continues in the next, cut behind a sentence or
   * behind a comma of flow YAML, so that the pieces can be pasted as they are.
   */
  static List<String> fit(List<String> warnings) {
    List<String> fitted = new ArrayList<>();
    for (String warning : warnings) {
      String rest = printable(warning);
      while (rest.length() > MAX_LENGTH) {
        int cut = cut(rest);
        fitted.add(rest.substring(0, cut).stripTrailing());
        rest = rest.substring(cut).stripLeading();
      }
      if (!rest.isEmpty()) {
        fitted.add(rest);
      }
    }
    return List.copyOf(fitted.subList(0, Math.min(fitted.size(), MAX_COUNT)));
  }

  private static int cut(String text) {
    String head = text.substring(0, MAX_LENGTH);
    for (String boundary : List.of("}, spec: ", ". ", ", ", " ")) {
      int at = head.lastIndexOf(boundary);
      if (at > 0) {
        // Behind the punctuation, before what follows it.
        return at + boundary.indexOf(' ') + 1;
      }
    }
    return MAX_LENGTH;
  }

  private static String printable(String text) {
    StringBuilder printable = new StringBuilder(text.length());
    text.codePoints()
        .forEach(c -> printable.append(c >= 0x20 && c < 0x7F ? (char) c : c < 0x20 ? ' ' : '?'));
    return printable.toString().strip();
  }
}
