package dev.mcpgateway.controller.api;

import java.util.Comparator;

/**
 * A namespaced object's identity within its kind. Ordered by namespace, then name, as Gateway API's
 * conflict resolution asks ({@code {namespace}/{name}}).
 */
public record ObjectKey(String namespace, String name) implements Comparable<ObjectKey> {
  private static final Comparator<ObjectKey> ORDER =
      Comparator.comparing(ObjectKey::namespace).thenComparing(ObjectKey::name);

  @Override
  public int compareTo(ObjectKey other) {
    return ORDER.compare(this, other);
  }

  /** {@code namespace/name}, the way messages name objects. */
  @Override
  public String toString() {
    return namespace + "/" + name;
  }
}
