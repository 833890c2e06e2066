package dev.mcpgateway.controller.api.facts;

import dev.mcpgateway.controller.api.ObjectKey;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A ReferenceGrant: any {@code from} may refer to any {@code to} in the grant's namespace (Gateway
 * API, ReferenceGrant).
 */
public record GrantFacts(ObjectKey key, List<From> from, List<To> to) {
  public GrantFacts {
    from = List.copyOf(from);
    to = List.copyOf(to);
  }

  /** Who may refer. */
  public record From(String group, String kind, String namespace) {}

  /** To what; without a name, to every object of the kind. */
  public record To(String group, String kind, @Nullable String name) {}

  /**
   * Whether this grant lets objects of {@code from} refer to the named object of {@code group} and
   * {@code kind}.
   */
  public boolean permits(From referrer, String group, String kind, ObjectKey target) {
    return key.namespace().equals(target.namespace())
        && from.contains(referrer)
        && to.stream()
            .anyMatch(t ->
                t.group().equals(group)
                    && t.kind().equals(kind)
                    && (t.name() == null || t.name().equals(target.name())));
  }
}
