package dev.mcpgateway.controller.secrets;

import static java.net.HttpURLConnection.HTTP_CONFLICT;
import static java.net.HttpURLConnection.HTTP_FORBIDDEN;
import static java.net.HttpURLConnection.HTTP_NOT_FOUND;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.mcpgateway.broker.api.KeyNames;
import dev.mcpgateway.controller.api.McpGroup;
import dev.mcpgateway.controller.api.facts.ExtensionFacts;
import dev.mcpgateway.controller.leader.Fence;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.Base64;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The only writer of both Secrets. Every update carries the resourceVersion it was decided on and
 * every create is a plain create, so a controller that acts on an old view changes nothing: the API
 * server answers 409, which is thrown. One that may have lost its leadership does not ask.
 */
public final class SecretWriter {
  /** Field manager of every write of the controller. */
  public static final String FIELD_MANAGER = "mcp-controller";

  private static final int HTTP_UNPROCESSABLE = 422;

  private static final ObjectMapper JSON = new ObjectMapper();

  private final KubernetesClient client;
  private final Fence fence;
  private final Clock clock;
  private final SecureRandom random;

  public SecretWriter(KubernetesClient client, Fence fence, Clock clock, SecureRandom random) {
    this.client = client;
    this.fence = fence;
    this.clock = clock;
    this.random = random;
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
  public Stored config(
      String namespace, String document, @Nullable StoredConfig present, long ahead) {
    if (present == null) {
      Secret created = configSecret(namespace, document, after(ahead)).build();
      return attempt(
          () -> client.resource(created).create(),
          namespace,
          McpGroup.CONFIG_SECRET,
          McpGroup.AGGREGATED_LABEL,
          live -> config(namespace, document, StoredConfig.of(live, clock.instant()), ahead));
    }
    boolean same = document.equals(present.document()) && present.version() > 0 && ahead == 0;
    long version = same ? present.version() : after(Math.max(present.version(), ahead));
    Secret wanted =
        configSecret(namespace, document, version)
            .editMetadata()
            .withResourceVersion(present.resourceVersion())
            .endMetadata()
            .build();
    return attempt(() ->
        client.resource(wanted).fieldManager(FIELD_MANAGER).forceConflicts().serverSideApply());
  }

  /**
   * Removes a configuration Secret that was looked at, and no other one.
   *
   * @throws KubernetesClientException on a conflict or when the API server cannot be asked
   */
  public Stored removeConfig(StoredConfig present) {
    return attempt(() ->
        client
            .secrets()
            .inNamespace(present.namespace())
            .withName(McpGroup.CONFIG_SECRET)
            .lockResourceVersion(present.resourceVersion())
            .delete());
  }

  /**
   * Makes the keys that are missing or no keys, leaves the valid ones alone, and hands the Secret
   * to its owner: with the extension go its keys (decision 20).
   *
   * @param present what is known to be stored, null when nothing is
   * @throws KubernetesClientException on a conflict or when the API server cannot be asked
   */
  public Stored keys(ExtensionFacts owner, @Nullable StoredKeys present) {
    String namespace = owner.key().namespace();
    Secret wanted = keysSecret(owner, present);
    if (present == null) {
      return attempt(
          () -> client.resource(wanted).create(),
          namespace,
          McpGroup.KEYS_SECRET,
          StoredKeys.LABEL,
          live -> keys(owner, StoredKeys.of(live)));
    }
    PatchContext context =
        new PatchContext.Builder()
            .withPatchType(PatchType.JSON_MERGE)
            .withFieldManager(FIELD_MANAGER)
            .build();
    return attempt(() -> client.resource(wanted).patch(context));
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
    PatchContext context =
        new PatchContext.Builder()
            .withPatchType(PatchType.JSON_MERGE)
            .withFieldManager(FIELD_MANAGER)
            .build();
    return attempt(() -> secret.patch(context, patch.toString()));
  }

  /** The version to write after another: they only grow, also across clocks (decision 21). */
  private long after(long version) {
    return Math.max(version + 1, clock.millis());
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

  private static SecretBuilder configSecret(String namespace, String document, long version) {
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

  private Secret keysSecret(ExtensionFacts owner, @Nullable StoredKeys present) {
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

  /**
   * Creates, and goes on with a Secret that is there without the label by which it is watched: the
   * view can never show it. One that carries the label is the work of a writer who knew more, such
   * as the next leader while this one was paused; it stays as it is.
   */
  private Stored attempt(
      Runnable create, String namespace, String name, String label, ExistingSecret whenThere) {
    try {
      return attempt(create);
    } catch (KubernetesClientException e) {
      if (e.getCode() == HTTP_NOT_FOUND) {
        return new Stored.NamespaceGoes();
      }
      if (e.getCode() != HTTP_CONFLICT) {
        throw e;
      }
      Secret live = client.secrets().inNamespace(namespace).withName(name).get();
      if (live == null || watched(live, label)) {
        throw e;
      }
      return whenThere.goOn(live);
    }
  }

  private static boolean watched(Secret secret, String label) {
    Map<String, String> labels = secret.getMetadata().getLabels();
    return labels != null && "true".equals(labels.get(label));
  }

  private Stored attempt(Runnable write) {
    fence.check();
    try {
      write.run();
      return new Stored.Yes();
    } catch (KubernetesClientException e) {
      if (namespaceTerminating(e)) {
        return new Stored.NamespaceGoes();
      }
      if (e.getCode() == HTTP_FORBIDDEN || e.getCode() == HTTP_UNPROCESSABLE) {
        return new Stored.Refused(reason(e));
      }
      throw e;
    }
  }

  @FunctionalInterface
  private interface ExistingSecret {
    Stored goOn(Secret live);
  }

  /** Whether a write was refused because its namespace is being deleted. */
  public static boolean namespaceTerminating(KubernetesClientException e) {
    return e.getCode() == HTTP_FORBIDDEN
        && e.getStatus() != null
        && e.getStatus().getDetails() != null
        && e.getStatus().getDetails().getCauses() != null
        && e.getStatus().getDetails().getCauses().stream()
            .anyMatch(c -> "NamespaceTerminating".equals(c.getReason()));
  }

  /** The API server's reason and the fields it names; its message would quote values. */
  private static String reason(KubernetesClientException e) {
    if (e.getStatus() == null) {
      return "HTTP " + e.getCode();
    }
    var details = e.getStatus().getDetails();
    String fields =
        details == null || details.getCauses() == null
            ? ""
            : details.getCauses().stream()
                .map(c -> " " + c.getField())
                .distinct()
                .reduce("", String::concat);
    return e.getStatus().getReason() + fields;
  }

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(UTF_8));
  }
}
