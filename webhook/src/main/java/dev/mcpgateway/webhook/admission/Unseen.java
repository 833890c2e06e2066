package dev.mcpgateway.webhook.admission;

import dev.mcpgateway.controller.api.ObjectKey;
import dev.mcpgateway.controller.api.conditions.Sentence;

/**
 * Something that only a warning depends on and that could not be read: it may exist or not. Nobody
 * is refused for it and nobody is told that it is missing.
 */
sealed interface Unseen {
  record Service(ObjectKey key) implements Unseen {}

  record Credential(ObjectKey key) implements Unseen {}

  record GatewayClass(String name) implements Unseen {}

  /** Whose routers are in a Gateway. */
  record Routers(ObjectKey gateway) implements Unseen {}

  /** What is said instead of what would have been found. */
  default Sentence sentence() {
    String what =
        switch (this) {
          case Service s -> "Service " + s.key();
          case Credential c -> "credential secret " + c.key();
          case GatewayClass g -> "GatewayClass " + g.name();
          case Routers r -> "the EnvoyFilters of Gateway " + r.gateway();
        };
    return new Sentence(
        "The webhook could not read %s, so nobody has checked it.".formatted(what),
        "See that it exists, or apply the object again later.");
  }
}
