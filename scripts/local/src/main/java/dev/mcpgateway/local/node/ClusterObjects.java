package dev.mcpgateway.local.node;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Secret;
import java.time.Instant;
import java.util.Optional;

/** What volumes and environment are made of. */
interface ClusterObjects {
  Optional<Secret> secret(String namespace, String name);

  Optional<ConfigMap> configMap(String namespace, String name);

  /**
   * A token of the pod's ServiceAccount, bound to the pod.
   *
   * @param audience empty for the API server's own
   */
  Token token(Pod pod, String audience, long seconds);

  /** A token and when it ends. */
  record Token(String value, Instant issued, Instant expires) {
    @Override
    public String toString() {
      return "token until " + expires;
    }
  }
}
