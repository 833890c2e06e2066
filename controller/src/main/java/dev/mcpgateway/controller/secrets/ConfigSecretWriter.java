package dev.mcpgateway.controller.secrets;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.mcpgateway.controller.api.McpGroup;
import dev.mcpgateway.controller.leader.Fence;
import dev.mcpgateway.controller.writes.Patches;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Clock;
import java.util.Base64;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The only writer of configurations. Every update carries the resourceVersion it was decided on and
 * every create is a plain create, so a controller that acts on an old view changes nothing: the API
 * server answers 409, which is thrown. One that may have lost its leadership does not ask.
 */
public final class ConfigSecretWriter {
  private final KubernetesClient client;
  private final FencedWrites writes;
  private final Clock clock;

  public ConfigSecretWriter(KubernetesClient client, Fence fence, Clock clock) {
    this.client = client;
    this.writes = new FencedWrites(client, fence);
    this.clock = clock;
  }

  /**
   * Stores a configuration with the next version; the same document keeps its version unless a
   * broker is ahead of it.
   *
   * <p>A Secret made here has no owner. With one, deleting the extension would let the garbage
   * collector remove the Secret, and brokers keep their last configuration when the file vanishes;
   * withdrawal is an explicit empty document (decision 22). Helm is not bothered: the chart leaves
   * a Secret alone that is not its own (decision 19).
   *
   * @param present what is known to be stored, null when nothing is
   * @param ahead the version of a broker that would not take what is stored, 0 for none
   * @throws KubernetesClientException on a conflict or when the API server cannot be asked
   */
  public Stored store(
      String namespace, String document, @Nullable StoredConfig present, long ahead) {
    if (present == null) {
      return writes.create(
          secret(namespace, document, after(ahead)).build(),
          McpGroup.AGGREGATED_LABEL,
          live -> store(namespace, document, StoredConfig.of(live, clock.instant()), ahead));
    }
    boolean same = document.equals(present.document()) && present.version() > 0 && ahead == 0;
    long version = same ? present.version() : after(Math.max(present.version(), ahead));
    Secret wanted =
        secret(namespace, document, version)
            .editMetadata()
            .withResourceVersion(present.resourceVersion())
            .endMetadata()
            .build();
    return writes.write(() ->
        client
            .resource(wanted)
            .fieldManager(Patches.FIELD_MANAGER)
            .forceConflicts()
            .serverSideApply());
  }

  /**
   * Removes a configuration Secret that was looked at, and no other one.
   *
   * @throws KubernetesClientException on a conflict or when the API server cannot be asked
   */
  public Stored remove(StoredConfig present) {
    return writes.write(() ->
        client
            .secrets()
            .inNamespace(present.namespace())
            .withName(McpGroup.CONFIG_SECRET)
            .lockResourceVersion(present.resourceVersion())
            .delete());
  }

  /** The version to write after another: they only grow, also across clocks (decision 21). */
  private long after(long version) {
    return Math.max(version + 1, clock.millis());
  }

  private static SecretBuilder secret(String namespace, String document, long version) {
    return new SecretBuilder()
        .withNewMetadata()
        .withNamespace(namespace)
        .withName(McpGroup.CONFIG_SECRET)
        .withLabels(StoredConfig.LABELS)
        // A release that once rendered it and no longer does would delete it with its next upgrade.
        .withAnnotations(Map.of("helm.sh/resource-policy", "keep"))
        .endMetadata()
        .withData(
            Map.of(
                StoredConfig.DOCUMENT_KEY, base64(document),
                StoredConfig.VERSION_KEY, base64(Long.toString(version))));
  }

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(UTF_8));
  }
}
