package dev.mcpgateway.controller.secrets;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNullElse;

import dev.mcpgateway.broker.api.config.ConfigVersions;
import dev.mcpgateway.broker.api.config.GatewayConfig;
import dev.mcpgateway.controller.api.McpGroup;
import io.fabric8.kubernetes.api.model.Secret;
import java.time.Instant;
import java.util.Base64;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * The Secret {@code mcp-gateway-config} of a namespace as it is stored.
 *
 * @param text content of {@code config.yaml}, empty when there is none
 * @param version content of {@code version}; 0 when absent, unreadable or further ahead than any
 *     version of ours, and then nothing of ours was ever in it
 * @param labelled carries every label that ours carry
 * @param claimed somebody else says that it is theirs, as Helm does, and will remove it
 */
public record StoredConfig(
    String namespace,
    String resourceVersion,
    ConfigText text,
    long version,
    boolean labelled,
    boolean claimed) {
  public static final String DOCUMENT_KEY = "config.yaml";
  public static final String VERSION_KEY = "version";

  /** Labels of every configuration Secret. */
  public static final Map<String, String> LABELS =
      Map.of("app", "mcp-gateway", McpGroup.AGGREGATED_LABEL, "true");

  private static final String MANAGED_BY_LABEL = "app.kubernetes.io/managed-by";
  private static final String HELM_RELEASE = "meta.helm.sh/release-name";

  // What a long can hold; how large a version may be is said by ConfigVersions.
  private static final Pattern VERSION = Pattern.compile("[0-9]{1,18}");

  /**
   * What a Secret holds.
   *
   * @param now decides whether its version can be one
   */
  public static StoredConfig of(Secret secret, Instant now) {
    Map<String, String> labels = requireNonNullElse(secret.getMetadata().getLabels(), Map.of());
    Map<String, String> annotations =
        requireNonNullElse(secret.getMetadata().getAnnotations(), Map.of());
    return new StoredConfig(
        secret.getMetadata().getNamespace(),
        secret.getMetadata().getResourceVersion(),
        new ConfigText(text(secret, DOCUMENT_KEY)),
        version(text(secret, VERSION_KEY), now),
        labels.entrySet().containsAll(LABELS.entrySet()),
        labels.containsKey(MANAGED_BY_LABEL)
            || annotations.containsKey(HELM_RELEASE)
            || !secret.getMetadata().getOwnerReferences().isEmpty());
  }

  /** Content of {@code config.yaml}, empty when there is none. */
  public String document() {
    return text.document();
  }

  /** SHA-256 of the document's bytes in hexadecimal, as brokers report it. */
  public String hash() {
    return text.hash();
  }

  /**
   * What the document says; empty when it cannot be read. Costs as much as its author likes the
   * first time: to be asked only for namespaces that have an extension.
   */
  public GatewayConfig config() {
    return text.config();
  }

  private static long version(String text, Instant now) {
    long version = VERSION.matcher(text).matches() ? Long.parseLong(text) : 0;
    return ConfigVersions.plausible(version, now) ? version : 0;
  }

  private static String text(Secret secret, String key) {
    String encoded = secret.getData() == null ? null : secret.getData().get(key);
    return encoded == null ? "" : new String(Base64.getDecoder().decode(encoded), UTF_8);
  }
}
