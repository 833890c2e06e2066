package dev.mcpgateway.controller.instance;

import dev.mcpgateway.controller.api.facts.ExtensionFacts;

/** What has to happen to the keys Secret. */
sealed interface KeysStep {
  record Keep() implements KeysStep {}

  /** Make what is missing, take away what is none, and hand it to this extension. */
  record Ensure(ExtensionFacts owner) implements KeysStep {}
}
