package dev.mcpgateway.controller.secrets;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.mcpgateway.controller.api.McpGroup;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.Secret;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The Secret {@code mcp-gateway-keys} of a namespace as it is stored, without its values.
 *
 * @param valid the keys that are 32 bytes in base64
 * @param owners UIDs of its owners
 * @param labelled carries every label that ours carry
 */
public record StoredKeys(
    String namespace,
    String resourceVersion,
    Set<KeyName> valid,
    Set<String> owners,
    boolean labelled) {
  /** By this label the controller finds the keys of all instances. */
  public static final String LABEL = "mcp.kagenti.com/instance-keys";

  /** Labels of every keys Secret. */
  public static final Map<String, String> LABELS = Map.of("app", "mcp-gateway", LABEL, "true");

  public StoredKeys {
    valid = Set.copyOf(valid);
    owners = Set.copyOf(owners);
  }

  /** What a Secret holds. */
  public static StoredKeys of(Secret secret) {
    Map<String, String> data = secret.getData() == null ? Map.of() : secret.getData();
    Map<String, String> labels = secret.getMetadata().getLabels();
    List<OwnerReference> owners = secret.getMetadata().getOwnerReferences();
    return new StoredKeys(
        secret.getMetadata().getNamespace(),
        secret.getMetadata().getResourceVersion(),
        Arrays.stream(KeyName.values())
            .filter(name -> valid(data.getOrDefault(name.file(), "")))
            .collect(Collectors.toSet()),
        owners.stream().map(OwnerReference::getUid).collect(Collectors.toSet()),
        labels != null && labels.entrySet().containsAll(LABELS.entrySet()));
  }

  /** Name of the Secret in every namespace. */
  public static String secretName() {
    return McpGroup.KEYS_SECRET;
  }

  // The value of a Secret is base64 of the file, and the file is base64 of the key.
  private static boolean valid(String encoded) {
    try {
      String file = new String(Base64.getDecoder().decode(encoded), UTF_8).strip();
      return Base64.getDecoder().decode(file).length == KeyName.BYTES;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }
}
