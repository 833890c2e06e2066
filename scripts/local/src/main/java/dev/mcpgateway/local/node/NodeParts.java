package dev.mcpgateway.local.node;

import dev.mcpgateway.local.network.AddressMap;
import dev.mcpgateway.local.process.ProcessTable;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodStatus;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * What all pods of the node share: where things are, and the few calls a kubelet makes for a pod.
 */
final class NodeParts {
  private final NodeSettings settings;
  private final KubernetesClient client;
  private final ProcessTable processes;
  private final ClusterObjects objects;
  private final ContainerPlanner planner;
  private final Consumer<Pod> gone;
  private final Clock clock;
  private final JavaArgs javaArgs;

  NodeParts(
      NodeSettings settings,
      KubernetesClient client,
      ProcessTable processes,
      ClusterObjects objects,
      Consumer<Pod> gone,
      Clock clock) {
    this.settings = settings;
    this.client = client;
    this.processes = processes;
    this.objects = objects;
    this.planner = new ContainerPlanner(settings.images(), objects);
    this.gone = gone;
    this.clock = clock;
    this.javaArgs = new JavaArgs(settings.hosts(), settings.clusterProxy());
  }

  KubernetesClient client() {
    return client;
  }

  ProcessTable processes() {
    return processes;
  }

  ClusterObjects objects() {
    return objects;
  }

  ContainerPlanner planner() {
    return planner;
  }

  Clock clock() {
    return clock;
  }

  AddressMap addresses() {
    return settings.addresses();
  }

  URI apiServer() {
    return settings.apiServer();
  }

  void gone(Pod pod) {
    gone.accept(pod);
  }

  Path podFolder(Pod pod) {
    return settings.folder().resolve(id(pod));
  }

  /**
   * Log of one run of a container: {@code NAMESPACE_POD_UID/CONTAINER/RESTARTS.log}, as on a node.
   */
  Path log(Pod pod, String container, int restarts) {
    return settings.logs().resolve(id(pod)).resolve(container).resolve(restarts + ".log");
  }

  private static String id(Pod pod) {
    var meta = pod.getMetadata();
    return meta.getNamespace() + "_" + meta.getName() + "_" + meta.getUid();
  }

  Placeholders placeholders(Map<String, String> pod) {
    var all = new HashMap<>(pod);
    all.put("CLUSTER_HOSTS", settings.hosts().toString());
    all.put("CLUSTER_PROXY", settings.clusterProxy());
    return new Placeholders(all, settings.environment());
  }

  /** What every container finds in its environment, and nothing else. */
  Map<String, String> baseEnvironment() {
    return Map.of(
        "PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
        "KUBERNETES_SERVICE_HOST", settings.apiServer().getHost(),
        "KUBERNETES_SERVICE_PORT", Integer.toString(settings.apiServer().getPort()),
        "KUBERNETES_SERVICE_PORT_HTTPS", Integer.toString(settings.apiServer().getPort()));
  }

  /** The file of JVM options for a container, written on first use. */
  Path javaArgs(Path podFolder, Container container) throws IOException {
    var file = podFolder.resolve("java-" + container.getName() + ".args");
    if (!Files.exists(file)) {
      javaArgs.write(file, container);
    }
    return file;
  }

  void patchStatus(Pod pod, PodStatus status) {
    var body = Serialization.asJson(Map.of("status", status));
    try {
      client
          .pods()
          .inNamespace(pod.getMetadata().getNamespace())
          .withName(pod.getMetadata().getName())
          .subresource("status")
          .patch(PatchContext.of(PatchType.JSON_MERGE), body);
    } catch (KubernetesClientException e) {
      if (e.getCode() != HttpURLConnection.HTTP_NOT_FOUND) {
        throw e;
      }
    }
  }

  /** The last DELETE, which only the node may send: the pod is really gone. */
  void delete(Pod pod) {
    var meta = pod.getMetadata();
    var path = "/api/v1/namespaces/" + meta.getNamespace() + "/pods/" + meta.getName();
    var options =
        Map.of(
            "apiVersion",
            "v1",
            "kind",
            "DeleteOptions",
            "gracePeriodSeconds",
            0,
            "preconditions",
            Map.of("uid", meta.getUid()));
    try {
      client.raw(path, "DELETE", options);
    } catch (KubernetesClientException e) {
      if (!List.of(HttpURLConnection.HTTP_NOT_FOUND, HttpURLConnection.HTTP_CONFLICT)
          .contains(e.getCode())) {
        throw e;
      }
    }
  }
}
