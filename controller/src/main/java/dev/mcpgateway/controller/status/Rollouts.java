package dev.mcpgateway.controller.status;

import dev.mcpgateway.controller.api.conditions.ConditionNames;
import dev.mcpgateway.controller.api.conditions.Conditions.Wanted;
import dev.mcpgateway.controller.observe.ConfigSize;
import dev.mcpgateway.controller.observe.Rollout;

/** The words for how far a configuration has come. Pure. */
public final class Rollouts {
  /** What is to be served has not been stored yet. */
  public static final String PENDING =
      "The configuration of the MCP gateway has not been written yet; if it cannot be, its MCPGatewayExtension says why.";

  /** What is to be served finds no room in a Secret. */
  public static final String TOO_LARGE =
      "The configuration of the MCP gateway would exceed %d bytes. Remove registrations or virtual servers of that gateway."
          .formatted(ConfigSize.LIMIT);

  /** Longest text of somebody else's in a message. */
  private static final int MAX_QUOTE = 300;

  private Rollouts() {}

  /**
   * The condition {@code Programmed}, without what only the owner of the brokers may know.
   *
   * @param configuration what has to be acknowledged, for people
   */
  public static Wanted programmed(Rollout rollout, String configuration) {
    if (rollout.replicas() == 0) {
      return no("NoReplicas", "No broker replica is ready.");
    }
    String count =
        "%d/%d replicas at %s.".formatted(rollout.current(), rollout.replicas(), configuration);
    return rollout.complete()
        ? new Wanted(ConditionNames.PROGRAMMED, true, ConditionNames.PROGRAMMED, count)
        : no(reason(rollout), count);
  }

  /** The condition {@code Programmed}, with the name and the words of a broker in trouble. */
  public static Wanted programmedInDetail(Rollout rollout, String configuration) {
    Wanted programmed = programmed(rollout, configuration);
    Rollout.Trouble trouble = rollout.trouble();
    return trouble == null
        ? programmed
        : no(
            programmed.reason(),
            "%s %s: %s".formatted(programmed.message(), trouble.pod(), quote(trouble.why())));
  }

  private static String reason(Rollout rollout) {
    Rollout.Trouble trouble = rollout.trouble();
    if (trouble == null) {
      return "Pending";
    }
    return switch (trouble) {
      case Rollout.Refused r -> "ConfigRefused";
      case Rollout.Undelivered u -> "NotDelivered";
    };
  }

  /** Somebody else's text, bounded and on one line. */
  public static String quote(String text) {
    // Halves of characters (Cs) would make a status nobody can send.
    String line = text.strip().replaceAll("[\\p{Cc}\\p{Cs}\\s]+", " ");
    return line.codePointCount(0, line.length()) <= MAX_QUOTE
        ? line
        : line.substring(0, line.offsetByCodePoints(0, MAX_QUOTE)) + "…";
  }

  private static Wanted no(String reason, String message) {
    return new Wanted(ConditionNames.PROGRAMMED, false, reason, message);
  }
}
