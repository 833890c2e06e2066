package dev.mcpgateway.controller.delivery;

import java.util.List;
import java.util.Map;

/**
 * All ready brokers at one moment.
 *
 * @param byNamespace in the order of their names; namespaces without any are absent
 */
public record ReplicasSnapshot(Map<String, List<ReplicaState>> byNamespace) {
  /** Before anything is delivered, and where nothing ever is: on controllers that do not lead. */
  public static final ReplicasSnapshot EMPTY = new ReplicasSnapshot(Map.of());

  public ReplicasSnapshot {
    byNamespace = Map.copyOf(byNamespace);
  }

  /** The ready brokers of a namespace. */
  public List<ReplicaState> of(String namespace) {
    return byNamespace.getOrDefault(namespace, List.of());
  }
}
