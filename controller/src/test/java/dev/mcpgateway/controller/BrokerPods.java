package dev.mcpgateway.controller;

import static dev.mcpgateway.controller.Cluster.meta;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import io.fabric8.kubernetes.api.model.apps.ReplicaSet;
import io.fabric8.kubernetes.api.model.apps.ReplicaSetBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Plays the Deployment controller and the kubelet for brokers, on 127.0.0.1. */
final class BrokerPods {
  private static final Map<String, String> LABELS =
      Map.of("app.kubernetes.io/component", "broker-router");

  private final KubernetesClient client;

  BrokerPods(KubernetesClient client) {
    this.client = client;
  }

  /** A Deployment as the chart makes it, its ReplicaSet, and one ready pod of it. */
  Pod broker(String namespace, String pod, int port) {
    Deployment deployment = deployment(namespace, pod + "-broker-router");
    return ready(pod(namespace, pod, port, replicaSet(namespace, pod, deployment)), "first");
  }

  Deployment deployment(String namespace, String name) {
    return client
        .resource(
            new DeploymentBuilder()
                .withMetadata(meta(namespace, name))
                .withNewSpec()
                .withNewSelector()
                .withMatchLabels(LABELS)
                .endSelector()
                .withNewTemplate()
                .withNewMetadata()
                .withLabels(LABELS)
                .endMetadata()
                .withNewSpec()
                .addNewContainer()
                .withName("broker-router")
                .withImage("broker")
                .endContainer()
                .endSpec()
                .endTemplate()
                .endSpec()
                .build())
        .create();
  }

  ReplicaSet replicaSet(String namespace, String name, @Nullable HasMetadata owner) {
    return client
        .resource(
            new ReplicaSetBuilder()
                .withMetadata(meta(namespace, name))
                .editMetadata()
                .withLabels(LABELS)
                .addAllToOwnerReferences(references(owner))
                .endMetadata()
                .withNewSpec()
                .withNewSelector()
                .withMatchLabels(LABELS)
                .endSelector()
                .withNewTemplate()
                .withNewMetadata()
                .withLabels(LABELS)
                .endMetadata()
                .withNewSpec()
                .addNewContainer()
                .withName("broker-router")
                .withImage("broker")
                .endContainer()
                .endSpec()
                .endTemplate()
                .endSpec()
                .build())
        .create();
  }

  Pod pod(String namespace, String name, int port, @Nullable HasMetadata owner) {
    return client
        .resource(
            new PodBuilder()
                .withMetadata(meta(namespace, name))
                .editMetadata()
                .withLabels(LABELS)
                .addAllToOwnerReferences(references(owner))
                .endMetadata()
                .withNewSpec()
                .addNewContainer()
                .withName("broker-router")
                .withImage("broker")
                .addNewPort()
                .withName("http")
                .withContainerPort(port)
                .endPort()
                .endContainer()
                .endSpec()
                .build())
        .create();
  }

  /** Its container, which is this one, answers probes. */
  Pod ready(Pod pod, String containerId) {
    return client
        .resource(
            new PodBuilder(pod)
                .editMetadata()
                .withResourceVersion(null)
                .endMetadata()
                .withNewStatus()
                .withPhase("Running")
                .withPodIP("127.0.0.1")
                .addNewPodIP("127.0.0.1")
                .addNewCondition()
                .withType("Ready")
                .withStatus("True")
                .endCondition()
                .addNewContainerStatus()
                .withName("broker-router")
                .withImage("broker")
                .withImageID("broker")
                .withReady(true)
                .withRestartCount(0)
                .withContainerID("test://" + containerId)
                .endContainerStatus()
                .endStatus()
                .build())
        .updateStatus();
  }

  private static List<OwnerReference> references(@Nullable HasMetadata owner) {
    return owner == null
        ? List.of()
        : List.of(
            new OwnerReferenceBuilder()
                .withApiVersion(owner.getApiVersion())
                .withKind(owner.getKind())
                .withName(owner.getMetadata().getName())
                .withUid(owner.getMetadata().getUid())
                .withController(true)
                .build());
  }
}
