package dev.mcpgateway.local.node;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.Pod;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Turns a container's specification into a command: image entry, args, environment from values,
 * fields, Secrets and ConfigMaps, {@code $(NAME)} expansion, mount paths. Two things are more
 * generous than on a cluster: {@code $(NAME)} also sees the image's environment, and a mount path
 * inside a value taken from a Secret or ConfigMap is left alone.
 */
final class ContainerPlanner {
  private final ImageTable images;
  private final ClusterObjects objects;

  ContainerPlanner(ImageTable images, ClusterObjects objects) {
    this.images = images;
    this.objects = objects;
  }

  /**
   * @param base environment every container has
   * @param folder working folder where the container does not name one
   * @throws ConfigException when the image is unknown or something the environment needs is missing
   */
  ContainerPlan plan(
      Pod pod,
      Container container,
      Map<String, String> base,
      Placeholders placeholders,
      MountPaths mounts,
      FieldRefs fields,
      Path folder)
      throws ConfigException {
    var image = image(container.getImage());
    var env = new LinkedHashMap<>(base);
    for (var e : image.env().entrySet()) {
      env.put(e.getKey(), placeholders.expand(e.getValue()));
    }
    var namespace = pod.getMetadata().getNamespace();
    fromObjects(namespace, container, env);
    for (var e : container.getEnv()) {
      value(namespace, container, e, env, mounts, fields).ifPresent(v -> env.put(e.getName(), v));
    }
    var command = new ArrayList<String>();
    if (container.getCommand().isEmpty()) {
      for (var word : image.command()) {
        command.add(placeholders.expand(word));
      }
    }
    for (var word : both(container.getCommand(), container.getArgs())) {
      command.add(Variables.expand(mounts.rewrite(word), env));
    }
    if (command.isEmpty()) {
      throw new ConfigException(
          "image "
              + image.name()
              + " has no command in the image table, and the container names none");
    }
    var named = Optional.ofNullable(container.getWorkingDir()).map(mounts::rewrite).map(Path::of);
    return new ContainerPlan(
        command, env, named.filter(java.nio.file.Files::isDirectory).orElse(folder), mounts);
  }

  ImageTable.Image image(String reference) throws ConfigException {
    return images
        .find(reference)
        .orElseThrow(() ->
            ConfigException.image(
                "image \""
                    + reference
                    + "\" is not in the image table (images.yaml, --images FILE); known are "
                    + String.join(", ", images.names())));
  }

  private void fromObjects(String namespace, Container container, Map<String, String> env)
      throws ConfigException {
    for (var from : container.getEnvFrom()) {
      var prefix = from.getPrefix() == null ? "" : from.getPrefix();
      if (from.getConfigMapRef() != null) {
        var ref = from.getConfigMapRef();
        var found = objects.configMap(namespace, ref.getName());
        require(found, ref.getOptional(), "configmap", ref.getName());
        found.map(c -> c.getData()).ifPresent(d -> d.forEach((k, v) -> env.put(prefix + k, v)));
      }
      if (from.getSecretRef() != null) {
        var ref = from.getSecretRef();
        var found = objects.secret(namespace, ref.getName());
        require(found, ref.getOptional(), "secret", ref.getName());
        found
            .map(s -> s.getData())
            .ifPresent(d -> d.forEach((k, v) -> env.put(prefix + k, decode(v))));
      }
    }
  }

  private Optional<String> value(
      String namespace,
      Container container,
      EnvVar variable,
      Map<String, String> env,
      MountPaths mounts,
      FieldRefs fields)
      throws ConfigException {
    var from = variable.getValueFrom();
    if (from == null) {
      var value = variable.getValue() == null ? "" : variable.getValue();
      return Optional.of(Variables.expand(mounts.rewrite(value), env));
    }
    if (from.getFieldRef() != null) {
      return Optional.of(fields.field(from.getFieldRef().getFieldPath()));
    }
    if (from.getResourceFieldRef() != null) {
      return Optional.of(fields.resource(from.getResourceFieldRef(), container));
    }
    if (from.getSecretKeyRef() != null) {
      var ref = from.getSecretKeyRef();
      var found = objects.secret(namespace, ref.getName());
      require(found, ref.getOptional(), "secret", ref.getName());
      var value =
          found.map(s -> s.getData()).map(d -> d.get(ref.getKey())).map(ContainerPlanner::decode);
      require(value, ref.getOptional(), "key " + ref.getKey() + " in secret", ref.getName());
      return value;
    }
    if (from.getConfigMapKeyRef() != null) {
      var ref = from.getConfigMapKeyRef();
      var found = objects.configMap(namespace, ref.getName());
      require(found, ref.getOptional(), "configmap", ref.getName());
      var value = found.map(c -> c.getData()).map(d -> d.get(ref.getKey()));
      require(value, ref.getOptional(), "key " + ref.getKey() + " in configmap", ref.getName());
      return value;
    }
    throw new ConfigException(
        "env " + variable.getName() + " has a source this node does not have");
  }

  private static void require(
      Optional<?> found,
      @org.jspecify.annotations.Nullable Boolean optional,
      String kind,
      String name)
      throws ConfigException {
    if (found.isEmpty() && !Boolean.TRUE.equals(optional)) {
      throw new ConfigException(kind + " \"" + name + "\" not found");
    }
  }

  private static List<String> both(List<String> a, List<String> b) {
    var all = new ArrayList<>(a);
    all.addAll(b);
    return all;
  }

  private static String decode(String base64) {
    return new String(Base64.getDecoder().decode(base64), StandardCharsets.UTF_8);
  }
}
