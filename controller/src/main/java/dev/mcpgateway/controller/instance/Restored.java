package dev.mcpgateway.controller.instance;

import dev.mcpgateway.controller.api.McpGroup;
import dev.mcpgateway.controller.status.Announcement;

/**
 * A Secret of an instance that somebody else had deleted or changed and that has been put right.
 *
 * @param reason of the Event that tells it
 * @param message of the same
 */
record Restored(String reason, String message) {
  static Restored config(boolean deleted) {
    return new Restored(
        "ConfigRestored",
        "Secret %s was %s. It holds this gateway's configuration again; what is written into it by hand is lost."
            .formatted(McpGroup.CONFIG_SECRET, done(deleted)));
  }

  static Restored keys(boolean deleted) {
    return new Restored(
        "KeysRestored",
        "Secret %s was %s. Keys that were missing have been made anew; sessions made with those that are gone have ended."
            .formatted(McpGroup.KEYS_SECRET, done(deleted)));
  }

  Announcement announcement() {
    return Announcement.warning(reason, message);
  }

  private static String done(boolean deleted) {
    return deleted ? "deleted, or its label taken away" : "edited by somebody else";
  }
}
