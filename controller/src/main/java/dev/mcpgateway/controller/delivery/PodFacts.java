package dev.mcpgateway.controller.delivery;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerPort;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodStatus;
import java.net.URI;
import java.util.Optional;

/**
 * What delivery needs to know of a pod that calls itself a broker.
 *
 * @param replica the broker in it, if it is one and ready
 * @param owner the ReplicaSet that controls it, if one does
 */
record PodFacts(Optional<Replica> replica, Optional<Owner> owner) {
  /** Name of the container port brokers listen on. */
  static final String PORT = "http";

  static PodFacts of(Pod pod) {
    return new PodFacts(
        replica(pod), owner(pod, "ReplicaSet").map(o -> new Owner(o.getName(), o.getUid())));
  }

  /** An object of the pod's namespace. */
  record Owner(String name, String uid) {}

  /** The object that controls another one, if it is of this kind. */
  static Optional<OwnerReference> owner(HasMetadata object, String kind) {
    return object.getMetadata().getOwnerReferences().stream()
        .filter(o -> Boolean.TRUE.equals(o.getController()))
        .filter(o -> kind.equals(o.getKind()) && o.getApiVersion().startsWith("apps/"))
        .findFirst();
  }

  private static Optional<Replica> replica(Pod pod) {
    if (pod.getMetadata().getDeletionTimestamp() != null || !ready(pod)) {
      return Optional.empty();
    }
    for (Container container : pod.getSpec().getContainers()) {
      for (ContainerPort port : container.getPorts()) {
        if (PORT.equals(port.getName())) {
          return Optional.of(
              new Replica(
                  pod.getMetadata().getNamespace(),
                  pod.getMetadata().getName(),
                  pod.getMetadata().getUid(),
                  incarnation(pod.getStatus(), container.getName()),
                  push(pod.getStatus().getPodIP(), port.getContainerPort())));
        }
      }
    }
    return Optional.empty();
  }

  private static boolean ready(Pod pod) {
    PodStatus status = pod.getStatus();
    return status != null
        && status.getPodIP() != null
        && status.getConditions().stream()
            .anyMatch(c -> "Ready".equals(c.getType()) && "True".equals(c.getStatus()));
  }

  private static String incarnation(PodStatus status, String container) {
    return status.getContainerStatuses().stream()
        .filter(c -> container.equals(c.getName()))
        .map(ContainerStatus::getContainerID)
        .filter(id -> id != null)
        .findFirst()
        .orElse("");
  }

  private static URI push(String ip, int port) {
    String host = ip.contains(":") ? "[" + ip + "]" : ip;
    return URI.create("http://%s:%d/push".formatted(host, port));
  }
}
