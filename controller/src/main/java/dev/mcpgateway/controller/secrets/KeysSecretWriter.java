package dev.mcpgateway.controller.secrets;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.mcpgateway.broker.api.KeyNames;
import dev.mcpgateway.controller.api.McpGroup;
import dev.mcpgateway.controller.api.facts.ExtensionFacts;
import dev.mcpgateway.controller.leader.Fence;
import dev.mcpgateway.controller.writes.Patches;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.Resource;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.Base64;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The only writer of keys. Creates are plain creates and patches carry the resourceVersion they
 * were decided on, as those of {@link ConfigSecretWriter}. Keys are merge-patched: what an apply
 * does not repeat it removes, and keys are not kept to be repeated.
 */
public final class KeysSecretWriter {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final KubernetesClient client;
  private final FencedWrites writes;
  private final Clock clock;
  private final SecureRandom random;

  public KeysSecretWriter(KubernetesClient client, Fence fence, Clock clock, SecureRandom random) {
    this.client = client;
    this.writes = new FencedWrites(client, fence);
    this.clock = clock;
    this.random = random;
  }

  /**
   * Makes the keys that are missing or no keys, takes away what stands in the place of next and
   * previous keys and is none, leaves the valid ones alone, and hands the Secret to its owner: with
   * the extension go its keys (decision 20).
   *
   * @param present what is known to be stored, null when nothing is
   * @throws KubernetesClientException on a conflict or when the API server cannot be asked
   */
  public Stored ensure(ExtensionFacts owner, @Nullable StoredKeys present) {
    Secret wanted = secret(owner, present);
    if (present == null) {
      return writes.create(wanted, StoredKeys.LABEL, live -> ensure(owner, StoredKeys.of(live)));
    }
    ObjectNode patch = client.getKubernetesSerialization().convertValue(wanted, ObjectNode.class);
    ObjectNode data = patch.withObject("data");
    present.damaged().forEach(data::putNull);
    return writes.write(() -> client.resource(wanted).patch(Patches.MERGE, patch.toString()));
  }

  /**
   * Takes a rotation one step further. Nobody's keys are ever lost on the way: everything happens
   * in one write, which fails when the Secret is not the one that was looked at.
   *
   * @throws KubernetesClientException on a conflict or when the API server cannot be asked
   */
  public Stored rotate(StoredKeys present, RotationStep step) {
    Resource<Secret> secret =
        client.secrets().inNamespace(present.namespace()).withName(McpGroup.KEYS_SECRET);
    ObjectNode patch = JSON.createObjectNode();
    ObjectNode metadata = patch.putObject("metadata");
    metadata.put("resourceVersion", present.resourceVersion());
    ObjectNode annotations = metadata.putObject("annotations");
    annotations.put(StoredKeys.ROTATION_SINCE, clock.instant().toString());
    ObjectNode data = patch.putObject("data");
    switch (step) {
      case RotationStep.Begin(String request) -> {
        annotations.put(StoredKeys.ROTATION, request);
        for (KeyName name : KeyName.values()) {
          if (!present.next().contains(name)) {
            data.put(name.file() + KeyNames.NEXT, base64(newKey()));
          }
        }
      }
      case RotationStep.Promote() -> promote(requireThere(secret.get()), data);
      case RotationStep.Retire() -> {
        annotations.putNull(StoredKeys.ROTATION_SINCE);
        for (KeyName name : KeyName.values()) {
          data.putNull(name.file() + KeyNames.PREVIOUS);
        }
      }
      case RotationStep.Stamp() -> {}
    }
    return writes.write(() -> secret.patch(Patches.MERGE, patch.toString()));
  }

  /** Next becomes current, current becomes previous. */
  private static void promote(Secret live, ObjectNode data) {
    for (KeyName name : KeyName.values()) {
      data.put(name.file(), live.getData().get(name.file() + KeyNames.NEXT));
      data.put(name.file() + KeyNames.PREVIOUS, live.getData().get(name.file()));
      data.putNull(name.file() + KeyNames.NEXT);
    }
  }

  private static Secret requireThere(@Nullable Secret secret) {
    if (secret == null) {
      throw new KubernetesClientException("the keys were deleted in between");
    }
    return secret;
  }

  private Secret secret(ExtensionFacts owner, @Nullable StoredKeys present) {
    Set<KeyName> missing = EnumSet.allOf(KeyName.class);
    if (present != null) {
      missing.removeAll(present.valid());
    }
    Map<String, String> data = new HashMap<>();
    missing.forEach(name -> data.put(name.file(), base64(newKey())));
    return new SecretBuilder()
        .withNewMetadata()
        .withNamespace(owner.key().namespace())
        .withName(McpGroup.KEYS_SECRET)
        .withResourceVersion(present == null ? null : present.resourceVersion())
        .withLabels(StoredKeys.LABELS)
        .withOwnerReferences(reference(owner))
        .withAnnotations(begun(owner, present))
        .endMetadata()
        .withData(data)
        .build();
  }

  /** Keys that are made now need not be made anew because somebody asked before. */
  private static Map<String, String> begun(ExtensionFacts owner, @Nullable StoredKeys present) {
    return present != null || owner.rotateKeys().isEmpty()
        ? Map.of()
        : Map.of(StoredKeys.ROTATION, owner.rotateKeys());
  }

  private static OwnerReference reference(ExtensionFacts owner) {
    return new OwnerReferenceBuilder()
        .withApiVersion(McpGroup.GROUP + "/" + McpGroup.VERSION)
        .withKind(McpGroup.EXTENSION_KIND)
        .withName(owner.key().name())
        .withUid(owner.uid())
        .build();
  }

  private String newKey() {
    byte[] key = new byte[KeyName.BYTES];
    random.nextBytes(key);
    return Base64.getEncoder().encodeToString(key);
  }

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(UTF_8));
  }
}
