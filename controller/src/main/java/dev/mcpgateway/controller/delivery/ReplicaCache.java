package dev.mcpgateway.controller.delivery;

import static java.util.stream.Collectors.toSet;

import dev.mcpgateway.controller.api.ObjectKey;
import dev.mcpgateway.controller.api.cache.WatchState;
import dev.mcpgateway.controller.api.cache.Watched;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.ReplicaSet;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The ready brokers of all instances: pods of a ReplicaSet of the chart's broker Deployment, found
 * by the label its pods carry and believed by who controls them. Addresses come from the pods and
 * not from EndpointSlices, which tenants may write (decision 23).
 */
public final class ReplicaCache implements AutoCloseable {
  private static final String COMPONENT_LABEL = "app.kubernetes.io/component";
  private static final String COMPONENT = "broker-router";
  private static final long PAGE = 100;

  private final Watched<Pod, PodFacts> pods;

  /** UIDs of the ReplicaSets of broker Deployments. */
  private final Watched<ReplicaSet, String> replicaSets;

  /**
   * @param listener called on an informer's thread after every change; must return at once
   */
  public ReplicaCache(KubernetesClient client, Runnable listener) {
    var serialization = client.getKubernetesSerialization();
    pods =
        Watched.facts(
            Pod.class,
            client.pods().inAnyNamespace().withLabel(COMPONENT_LABEL, COMPONENT).withLimit(PAGE),
            serialization,
            pod -> Optional.of(PodFacts.of(pod)),
            listener);
    replicaSets =
        Watched.facts(
            ReplicaSet.class,
            client
                .apps()
                .replicaSets()
                .inAnyNamespace()
                // A Deployment gives its ReplicaSets the labels of its pods.
                .withLabel(COMPONENT_LABEL, COMPONENT)
                .withLimit(PAGE),
            serialization,
            ReplicaCache::ofBrokers,
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

  /** How the watch of pods is doing. */
  public WatchState watchOfPods() {
    return pods.state();
  }

  /** How the watch of the ReplicaSets that own them is doing. */
  public WatchState watchOfReplicaSets() {
    return replicaSets.state();
  }

  /** How many objects are there and left out, because they cannot be read. */
  public int unreadable() {
    return replicaSets.unreadable() + pods.unreadable();
  }

  /** The ready brokers now, in the order of their names. */
  List<Replica> replicas() {
    return pods.snapshot().entrySet().stream()
        .filter(pod -> ours(pod.getKey(), pod.getValue().owner()))
        .flatMap(pod -> pod.getValue().replica().stream())
        .sorted(Comparator.comparing(Replica::namespace).thenComparing(Replica::pod))
        .toList();
  }

  /** Namespaces with pods that call themselves brokers, ready or not. */
  Set<String> namespaces() {
    return pods.snapshot().keySet().stream().map(ObjectKey::namespace).collect(toSet());
  }

  @Override
  public void close() {
    pods.close();
    replicaSets.close();
  }

  /** The API server does not check that an owner is in the same namespace, or exists. */
  private boolean ours(ObjectKey pod, Optional<PodFacts.Owner> owner) {
    return owner.isPresent()
        && replicaSets
            .get(new ObjectKey(pod.namespace(), owner.get().name()))
            .filter(owner.get().uid()::equals)
            .isPresent();
  }

  private static Optional<String> ofBrokers(ReplicaSet replicaSet) {
    return PodFacts.owner(replicaSet, "Deployment")
        .map(OwnerReference::getName)
        .filter(name -> name.endsWith("-" + COMPONENT))
        .map(name -> replicaSet.getMetadata().getUid());
  }
}
