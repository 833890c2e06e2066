package dev.mcpgateway.controller.instance;

import dev.mcpgateway.controller.api.ObjectKey;
import dev.mcpgateway.controller.api.facts.ExtensionFacts;
import org.jspecify.annotations.Nullable;

/**
 * A configuration that was stored as it should be.
 *
 * @param claimKey what its extension held then, null when there was none
 */
record LastGood(String document, @Nullable ObjectKey claimKey) {
  /** Whether an extension still has what the configuration is about. */
  boolean isFor(@Nullable ExtensionFacts holder) {
    return holder != null && holder.claimKey().equals(claimKey);
  }

  /** Without the document: it holds credentials. */
  @Override
  public String toString() {
    return "LastGood[characters=%d, claimKey=%s]".formatted(document.length(), claimKey);
  }
}
