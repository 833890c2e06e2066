package dev.mcpgateway.controller.api.cache;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;

/**
 * Reads objects without the parts of their metadata that are unbounded and that no facts are made
 * of: as Java objects they take ten times the bytes they came in. Only for reading: what this
 * client writes would lack them.
 */
public final class LeanClient {
  private LeanClient() {}

  /** A client for the same API server and user, to be closed by the caller. */
  public static KubernetesClient of(KubernetesClient client) {
    return new KubernetesClientBuilder()
        .withConfig(client.getConfiguration())
        .withKubernetesSerialization(serialization())
        .build();
  }

  static KubernetesSerialization serialization() {
    return new KubernetesSerialization(
        new ObjectMapper().addMixIn(ObjectMeta.class, LeanMeta.class), true);
  }

  @JsonIgnoreProperties({"finalizers", "labels", "managedFields", "ownerReferences"})
  private interface LeanMeta {}
}
