package dev.mcpgateway.local.node;

import dev.mcpgateway.local.cluster.Kubeconfig;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Pod;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where the containers of one pod find their volumes, and what they are told about themselves and
 * the cluster.
 */
final class PodPlans {
  private static final String IDENTITY = "/var/run/secrets/kubernetes.io/serviceaccount";

  private final Pod pod;
  private final Path folder;
  private final String address;
  private final FieldRefs fields;
  private final PodVolumes volumes;
  private final NodeParts node;

  PodPlans(
      Pod pod, Path folder, String address, FieldRefs fields, PodVolumes volumes, NodeParts node) {
    this.pod = pod;
    this.folder = folder;
    this.address = address;
    this.fields = fields;
    this.volumes = volumes;
    this.node = node;
  }

  ContainerPlan plan(Container container) throws ConfigException, IOException {
    var mounts = mounts(container);
    var identity = mounts.at(IDENTITY);
    var extra = new HashMap<String, String>();
    extra.put("POD_LOOPBACK", address);
    extra.put("JAVA_ARGS", node.javaArgs(folder, container).toString());
    if (identity != null) {
      extra.put("POD_KUBECONFIG", kubeconfig(identity).toString());
    }
    var work = Files.createDirectories(folder.resolve("work").resolve(container.getName()));
    return node.planner()
        .plan(
            pod,
            container,
            environment(identity, work),
            node.placeholders(extra),
            mounts,
            fields,
            work);
  }

  /**
   * For programs that want a kubeconfig where on a cluster they would look at the usual mount path.
   */
  private Path kubeconfig(Path identity) throws IOException {
    var file = folder.resolve("kubeconfig");
    if (!Files.exists(file)) {
      Kubeconfig.writeForPod(file, node.apiServer(), identity, pod.getMetadata().getNamespace());
    }
    return file;
  }

  private Map<String, String> environment(@Nullable Path identity, Path work) {
    var env = new LinkedHashMap<>(node.baseEnvironment());
    env.put("HOME", work.toString());
    env.put("HOSTNAME", pod.getMetadata().getName());
    if (identity != null) {
      // The identity where fabric8 finds it without the usual mount path.
      env.put("KUBERNETES_AUTH_SERVICEACCOUNT_TOKEN", identity.resolve("token").toString());
      env.put("KUBERNETES_CERTS_CA_FILE", identity.resolve("ca.crt").toString());
      env.put("KUBENAMESPACE", identity.resolve("namespace").toString());
      env.put("KUBERNETES_AUTH_TRYKUBECONFIG", "false");
    }
    return env;
  }

  private MountPaths mounts(Container container) throws IOException {
    var all = new HashMap<String, Path>();
    for (var mount : container.getVolumeMounts()) {
      for (var volume : pod.getSpec().getVolumes()) {
        if (volume.getName().equals(mount.getName())) {
          var target = target(volumes.path(volume), mount.getSubPath(), container);
          all.put(withoutSlash(mount.getMountPath()), target);
        }
      }
    }
    return new MountPaths(all);
  }

  /**
   * A subPath is a copy made at the start, because on a cluster it does not follow updates either.
   */
  private Path target(Path volume, @Nullable String subPath, Container container)
      throws IOException {
    if (subPath == null || subPath.isEmpty()) {
      return volume;
    }
    var source = volume.resolve(subPath);
    if (!Files.isRegularFile(source)) {
      return Files.createDirectories(source);
    }
    var copy = folder.resolve("subpaths").resolve(container.getName()).resolve(subPath);
    Files.createDirectories(copy.getParent());
    Files.write(copy, Files.readAllBytes(source));
    return copy;
  }

  private static String withoutSlash(String path) {
    return path.length() > 1 && path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
  }
}
