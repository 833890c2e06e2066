package dev.mcpgateway.broker.api.push;

import org.jspecify.annotations.Nullable;

/** Texts for people in what brokers say: bounded, because they are kept, logged and shown. */
final class Words {
  /** Longest text, in characters. */
  static final int MAX = 2_000;

  private Words() {}

  static @Nullable String cutOptional(@Nullable String text) {
    return text == null ? null : cut(text);
  }

  static String cut(String text) {
    if (text.length() <= MAX) {
      return text;
    }
    int end = Character.isHighSurrogate(text.charAt(MAX - 2)) ? MAX - 2 : MAX - 1;
    return text.substring(0, end) + "…";
  }
}
