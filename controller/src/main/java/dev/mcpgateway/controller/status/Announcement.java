package dev.mcpgateway.controller.status;

/**
 * An Event to be.
 *
 * @param warning type {@code Warning} instead of {@code Normal}
 * @param reason one CamelCase word
 * @param message at most 1024 characters are stored
 */
public record Announcement(boolean warning, String reason, String message) {
  /** What a condition says now: a warning unless it is True. */
  public static Announcement of(Transition transition) {
    return new Announcement(
        !transition.won(), transition.now().getReason(), transition.now().getMessage());
  }

  public static Announcement normal(String reason, String message) {
    return new Announcement(false, reason, message);
  }

  public static Announcement warning(String reason, String message) {
    return new Announcement(true, reason, message);
  }
}
