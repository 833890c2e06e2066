package dev.mcpgateway.local.node;

import dev.mcpgateway.local.node.AtomicFolder.Content;
import io.fabric8.kubernetes.api.model.DownwardAPIVolumeFile;
import io.fabric8.kubernetes.api.model.KeyToPath;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.ServiceAccountTokenProjection;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeProjection;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The volumes of one pod as folders: Secrets, ConfigMaps, tokens and pod fields as files, kept
 * current; empty folders.
 */
final class PodVolumes {
  private static final int DEFAULT_MODE = 0644;
  private static final long TOKEN_SECONDS = 3600;

  private final Pod pod;
  private final Path folder;
  private final FieldRefs fields;
  private final ClusterObjects objects;
  private final Clock clock;
  private final Map<String, AtomicFolder> folders = new HashMap<>();
  private final Map<String, ClusterObjects.Token> tokens = new HashMap<>();

  PodVolumes(Pod pod, Path folder, FieldRefs fields, ClusterObjects objects, Clock clock) {
    this.pod = pod;
    this.folder = folder;
    this.fields = fields;
    this.objects = objects;
    this.clock = clock;
  }

  /**
   * Puts all volumes in place, or brings them up to date.
   *
   * @throws ConfigException when something that is not optional is missing: the volume it is in
   *     stays as it was, the others are done
   */
  void sync() throws ConfigException, IOException {
    ConfigException missing = null;
    for (var volume : pod.getSpec().getVolumes()) {
      try {
        sync(volume);
      } catch (ConfigException e) {
        missing = missing == null ? e : missing;
      }
    }
    if (missing != null) {
      throw missing;
    }
  }

  /** Host folder of a volume. */
  Path path(Volume volume) {
    return volume.getHostPath() != null
        ? Path.of(volume.getHostPath().getPath())
        : folder.resolve(volume.getName());
  }

  private void sync(Volume volume) throws ConfigException, IOException {
    if (volume.getEmptyDir() != null) {
      Files.createDirectories(path(volume));
      return;
    }
    if (volume.getHostPath() != null) {
      return;
    }
    var files = new LinkedHashMap<String, Content>();
    if (volume.getSecret() != null) {
      var s = volume.getSecret();
      secret(s.getSecretName(), s.getOptional(), s.getItems(), mode(s.getDefaultMode()), files);
    } else if (volume.getConfigMap() != null) {
      var c = volume.getConfigMap();
      configMap(c.getName(), c.getOptional(), c.getItems(), mode(c.getDefaultMode()), files);
    } else if (volume.getDownwardAPI() != null) {
      var d = volume.getDownwardAPI();
      downward(d.getItems(), mode(d.getDefaultMode()), files);
    } else if (volume.getProjected() != null) {
      int mode = mode(volume.getProjected().getDefaultMode());
      for (var source : volume.getProjected().getSources()) {
        projected(volume.getName(), source, mode, files);
      }
    } else {
      throw new ConfigException(
          "volume \"" + volume.getName() + "\" is of a kind this node does not have");
    }
    folders.computeIfAbsent(volume.getName(), n -> new AtomicFolder(path(volume))).write(files);
  }

  private void projected(
      String volume, VolumeProjection source, int mode, Map<String, Content> files)
      throws ConfigException {
    if (source.getSecret() != null) {
      var s = source.getSecret();
      secret(s.getName(), s.getOptional(), s.getItems(), mode, files);
    }
    if (source.getConfigMap() != null) {
      var c = source.getConfigMap();
      configMap(c.getName(), c.getOptional(), c.getItems(), mode, files);
    }
    if (source.getDownwardAPI() != null) {
      downward(source.getDownwardAPI().getItems(), mode, files);
    }
    if (source.getServiceAccountToken() != null) {
      var token = token(volume, source.getServiceAccountToken());
      files.put(source.getServiceAccountToken().getPath(), text(token, mode));
    }
  }

  private void secret(
      String name,
      @Nullable Boolean optional,
      @Nullable List<KeyToPath> items,
      int mode,
      Map<String, Content> files)
      throws ConfigException {
    var found = objects.secret(pod.getMetadata().getNamespace(), name);
    if (found.isEmpty() && !Boolean.TRUE.equals(optional)) {
      throw new ConfigException("secret \"" + name + "\" not found");
    }
    var data = new LinkedHashMap<String, byte[]>();
    found.map(s -> s.getData()).ifPresent(d -> d.forEach((k, v) -> data.put(k, decode(v))));
    select("secret \"" + name + "\"", data, items, Boolean.TRUE.equals(optional), mode, files);
  }

  private void configMap(
      String name,
      @Nullable Boolean optional,
      @Nullable List<KeyToPath> items,
      int mode,
      Map<String, Content> files)
      throws ConfigException {
    var found = objects.configMap(pod.getMetadata().getNamespace(), name);
    if (found.isEmpty() && !Boolean.TRUE.equals(optional)) {
      throw new ConfigException("configmap \"" + name + "\" not found");
    }
    var data = new LinkedHashMap<String, byte[]>();
    found
        .map(c -> c.getData())
        .ifPresent(d -> d.forEach((k, v) -> data.put(k, v.getBytes(StandardCharsets.UTF_8))));
    found.map(c -> c.getBinaryData()).ifPresent(d -> d.forEach((k, v) -> data.put(k, decode(v))));
    select("configmap \"" + name + "\"", data, items, Boolean.TRUE.equals(optional), mode, files);
  }

  private static void select(
      String what,
      Map<String, byte[]> data,
      @Nullable List<KeyToPath> items,
      boolean optional,
      int mode,
      Map<String, Content> files)
      throws ConfigException {
    if (items == null || items.isEmpty()) {
      data.forEach((k, v) -> files.put(k, new Content(v, mode)));
      return;
    }
    for (var item : items) {
      var value = data.get(item.getKey());
      if (value != null) {
        files.put(
            item.getPath(), new Content(value, Objects.requireNonNullElse(item.getMode(), mode)));
      } else if (!optional) {
        throw new ConfigException(what + " has no key \"" + item.getKey() + "\"");
      }
    }
  }

  private void downward(
      @Nullable List<DownwardAPIVolumeFile> items, int mode, Map<String, Content> files)
      throws ConfigException {
    for (var item : items == null ? List.<DownwardAPIVolumeFile>of() : items) {
      if (item.getFieldRef() != null) {
        files.put(item.getPath(), text(fields.field(item.getFieldRef().getFieldPath()), mode));
      } else {
        var selector = item.getResourceFieldRef();
        var container =
            pod.getSpec().getContainers().stream()
                .filter(c -> c.getName().equals(selector.getContainerName()))
                .findFirst()
                .orElseThrow(
                    () -> new ConfigException("no container " + selector.getContainerName()));
        files.put(item.getPath(), text(fields.resource(selector, container), mode));
      }
    }
  }

  /** A token is asked for again when four fifths of its life are over, as a kubelet does. */
  private String token(String volume, ServiceAccountTokenProjection wanted) {
    var now = clock.instant();
    var key = volume + "/" + wanted.getPath();
    var token = tokens.get(key);
    if (token == null || now.isAfter(refresh(token))) {
      token =
          objects.token(
              pod,
              Objects.requireNonNullElse(wanted.getAudience(), ""),
              Objects.requireNonNullElse(wanted.getExpirationSeconds(), TOKEN_SECONDS));
      tokens.put(key, token);
    }
    return token.value();
  }

  private static Instant refresh(ClusterObjects.Token token) {
    return token
        .issued()
        .plus(Duration.between(token.issued(), token.expires()).multipliedBy(4).dividedBy(5));
  }

  private static int mode(@Nullable Integer mode) {
    return Objects.requireNonNullElse(mode, DEFAULT_MODE);
  }

  private static Content text(String value, int mode) {
    return new Content(value.getBytes(StandardCharsets.UTF_8), mode);
  }

  private static byte[] decode(String base64) {
    return Base64.getDecoder().decode(base64);
  }
}
