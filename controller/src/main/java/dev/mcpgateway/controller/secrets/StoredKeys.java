package dev.mcpgateway.controller.secrets;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNullElse;

import dev.mcpgateway.broker.api.KeyNames;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.Secret;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The Secret {@code mcp-gateway-keys} of a namespace as it is stored, without its values.
 *
 * @param valid the keys that are 32 bytes in base64
 * @param next those whose successor is there and valid, while keys are rotated
 * @param previous those whose predecessor is there and valid
 * @param damaged data keys of next and previous keys that are none: with one of them no broker
 *     starts
 * @param rotation the request that was begun last, empty for none
 * @param since when the rotation came to where it is, null when that is not known
 * @param owners UIDs of its owners
 * @param labelled carries every label that ours carry
 */
public record StoredKeys(
    String namespace,
    String resourceVersion,
    Set<KeyName> valid,
    Set<KeyName> next,
    Set<KeyName> previous,
    Set<String> damaged,
    String rotation,
    @Nullable Instant since,
    Set<String> owners,
    boolean labelled) {
  /** By this label the controller finds the keys of all instances. */
  public static final String LABEL = "mcp.kagenti.com/instance-keys";

  /** Labels of every keys Secret. */
  public static final Map<String, String> LABELS = Map.of("app", "mcp-gateway", LABEL, "true");

  /** Annotation with the request that was begun last. */
  public static final String ROTATION = "mcp.kagenti.com/rotation";

  /** Annotation with the time at which the rotation came to where it is. */
  public static final String ROTATION_SINCE = "mcp.kagenti.com/rotation-since";

  public StoredKeys {
    valid = Set.copyOf(valid);
    next = Set.copyOf(next);
    previous = Set.copyOf(previous);
    damaged = Set.copyOf(damaged);
    owners = Set.copyOf(owners);
  }

  /** What a Secret holds. */
  public static StoredKeys of(Secret secret) {
    Map<String, String> data = secret.getData() == null ? Map.of() : secret.getData();
    Map<String, String> labels = secret.getMetadata().getLabels();
    Map<String, String> annotations =
        requireNonNullElse(secret.getMetadata().getAnnotations(), Map.of());
    List<OwnerReference> owners = secret.getMetadata().getOwnerReferences();
    return new StoredKeys(
        secret.getMetadata().getNamespace(),
        secret.getMetadata().getResourceVersion(),
        names(name -> valid(data.getOrDefault(name.file(), ""))),
        names(name -> valid(data.getOrDefault(name.file() + KeyNames.NEXT, ""))),
        names(name -> valid(data.getOrDefault(name.file() + KeyNames.PREVIOUS, ""))),
        damaged(data),
        annotations.getOrDefault(ROTATION, ""),
        instant(annotations.get(ROTATION_SINCE)),
        owners.stream().map(OwnerReference::getUid).collect(Collectors.toSet()),
        labels != null && labels.entrySet().containsAll(LABELS.entrySet()));
  }

  private static Set<KeyName> names(Predicate<KeyName> which) {
    return Arrays.stream(KeyName.values()).filter(which).collect(Collectors.toSet());
  }

  /** The current keys are not among them: they are made anew where they are none. */
  private static Set<String> damaged(Map<String, String> data) {
    return Arrays.stream(KeyName.values())
        .flatMap(name -> Stream.of(KeyNames.NEXT, KeyNames.PREVIOUS).map(name.file()::concat))
        .filter(key -> data.containsKey(key) && !valid(data.get(key)))
        .collect(Collectors.toSet());
  }

  private static @Nullable Instant instant(@Nullable String text) {
    try {
      return text == null ? null : Instant.parse(text);
    } catch (DateTimeParseException e) {
      return null;
    }
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
