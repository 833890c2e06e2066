package dev.mcpgateway.controller.api.facts;

import java.util.HashSet;
import java.util.Set;

/**
 * Namespaces whose HTTPRoutes a Gateway may let in (Gateway API, {@code listeners.allowedRoutes}),
 * as far as the Gateway alone tells. A route of any other namespace is never let in; one of these
 * can still be refused.
 */
public sealed interface RouteSources {
  /** Any namespace, or those with labels that only a look at the namespaces would tell. */
  record Anywhere() implements RouteSources {}

  /** No namespace but these. */
  record Namespaces(Set<String> names) implements RouteSources {
    public Namespaces {
      names = Set.copyOf(names);
    }
  }

  /** Nobody is let in. */
  static RouteSources nowhere() {
    return new Namespaces(Set.of());
  }

  /** What this one or the other lets in. */
  default RouteSources or(RouteSources other) {
    return switch (this) {
      case Anywhere _ -> this;
      case Namespaces(Set<String> mine) ->
          switch (other) {
            case Anywhere _ -> other;
            case Namespaces(Set<String> theirs) -> {
              Set<String> both = new HashSet<>(mine);
              both.addAll(theirs);
              yield new Namespaces(both);
            }
          };
    };
  }

  /** What both let in; nothing is known of labels, so a namespace that one names counts. */
  default RouteSources and(RouteSources other) {
    return switch (this) {
      case Anywhere _ -> other;
      case Namespaces(Set<String> mine) ->
          switch (other) {
            case Anywhere _ -> this;
            case Namespaces(Set<String> theirs) -> {
              Set<String> common = new HashSet<>(mine);
              common.retainAll(theirs);
              yield new Namespaces(common);
            }
          };
    };
  }
}
