package dev.mcpgateway.controller.delivery;

import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * All brokers at one moment.
 *
 * @param byNamespace in the order of their names; namespaces without any are absent
 * @param pods namespaces with pods that call themselves brokers, ready or not
 */
public record ReplicasSnapshot(Map<String, List<ReplicaState>> byNamespace, Set<String> pods) {
  /** Before anything is delivered, and where nothing ever is: on controllers that do not lead. */
  public static final ReplicasSnapshot EMPTY = new ReplicasSnapshot(Map.of(), Set.of());

  public ReplicasSnapshot {
    byNamespace = Map.copyOf(byNamespace);
    pods = Set.copyOf(pods);
  }

  /** The ready brokers of a namespace. */
  public List<ReplicaState> of(String namespace) {
    return byNamespace.getOrDefault(namespace, List.of());
  }
}
