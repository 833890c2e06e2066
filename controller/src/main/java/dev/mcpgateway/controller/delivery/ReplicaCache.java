package dev.mcpgateway.controller.delivery;

import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.ReplicaSet;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * The ready brokers of all instances: pods of a ReplicaSet of the chart's broker Deployment, found
 * by the label its pods carry and believed by who controls them. Addresses come from the pods and
 * not from EndpointSlices, which tenants may write (decision 23).
 */
public final class ReplicaCache implements AutoCloseable {
  private static final String COMPONENT_LABEL = "app.kubernetes.io/component";
  private static final String COMPONENT = "broker-router";

  private final WatchedFacts<Pod, PodFacts> pods;

  /** The namespaces of the ReplicaSets of broker Deployments, of others empty. */
  private final WatchedFacts<ReplicaSet, Optional<String>> replicaSets;

  /**
   * @param listener called on an informer's thread after every change; must return at once
   */
  public ReplicaCache(KubernetesClient client, Runnable listener) {
    var serialization = client.getKubernetesSerialization();
    pods =
        new WatchedFacts<>(
            Pod.class,
            client.pods().inAnyNamespace().withLabel(COMPONENT_LABEL, COMPONENT),
            serialization,
            PodFacts::of,
            listener);
    replicaSets =
        new WatchedFacts<>(
            ReplicaSet.class,
            client
                .apps()
                .replicaSets()
                .inAnyNamespace()
                // A Deployment gives its ReplicaSets the labels of its pods.
                .withLabel(COMPONENT_LABEL, COMPONENT),
            serialization,
            ReplicaCache::namespaceOfBrokers,
            listener);
  }

  /** Starts both watches and returns at once. */
  public void start() {
    replicaSets.start();
    pods.start();
  }

  /** Whether both kinds have been listed once. */
  public boolean synced() {
    return replicaSets.synced() && pods.synced();
  }

  /** Whether both watches are live now. */
  public boolean watching() {
    return replicaSets.watching() && pods.watching();
  }

  /** The ready brokers now, in the order of their names. */
  List<Replica> replicas() {
    return pods.all().stream()
        .flatMap(pod -> pod.replica().filter(r -> ours(r, pod.replicaSet())).stream())
        .sorted(Comparator.comparing(Replica::namespace).thenComparing(Replica::pod))
        .toList();
  }

  @Override
  public void close() {
    pods.close();
    replicaSets.close();
  }

  /** The API server does not check that an owner is in the same namespace, or exists. */
  private boolean ours(Replica replica, String replicaSet) {
    return replicaSets
        .get(replicaSet)
        .flatMap(namespace -> namespace)
        .filter(replica.namespace()::equals)
        .isPresent();
  }

  private static Optional<String> namespaceOfBrokers(ReplicaSet replicaSet) {
    return PodFacts.owner(replicaSet, "Deployment")
        .map(OwnerReference::getName)
        .filter(name -> name.endsWith("-" + COMPONENT))
        .map(name -> replicaSet.getMetadata().getNamespace());
  }
}
