package dev.mcpgateway.webhook.admission;

import dev.mcpgateway.controller.api.conditions.Sentence;

/**
 * A name no extension may have: refusing it proves that reviews reach this webhook (decision 24).
 */
public record ReservedName(String name) {
  /** The only one. */
  public static final ReservedName SELF_TEST = new ReservedName("admission-self-test");

  /** What a refusal says. */
  public Sentence sentence() {
    return new Sentence(
        "The name %s is reserved for the webhook's test of itself.".formatted(name),
        "Choose another name.");
  }
}
