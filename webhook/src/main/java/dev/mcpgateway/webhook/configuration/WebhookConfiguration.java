package dev.mcpgateway.webhook.configuration;

import static java.nio.charset.StandardCharsets.US_ASCII;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.ValidatingWebhook;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.ValidatingWebhookConfiguration;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** One ValidatingWebhookConfiguration; only single fields of its entries are ever written. */
public final class WebhookConfiguration {
  private final Resource<ValidatingWebhookConfiguration> resource;
  private volatile Set<String> caBundles = Set.of();

  /**
   * Nothing is read yet.
   *
   * @param name of the ValidatingWebhookConfiguration
   */
  public WebhookConfiguration(KubernetesClient client, String name) {
    this.resource =
        client.admissionRegistration().v1().validatingWebhookConfigurations().withName(name);
  }

  /**
   * The entries as stored now, one question at a time: an older answer must not be remembered after
   * a newer one; none when the configuration does not exist.
   */
  public synchronized List<ValidatingWebhook> read() {
    return remember(resource.get());
  }

  /**
   * Writes one field of the entries that need it.
   *
   * @param entries as read
   * @param field path within an entry, such as {@code clientConfig/caBundle}
   * @param value for an entry, empty to leave it alone
   * @return how many were written
   * @throws io.fabric8.kubernetes.client.KubernetesClientException also when an entry has moved
   *     since it was read; the next round tries again
   */
  public synchronized int write(
      List<ValidatingWebhook> entries,
      String field,
      Function<ValidatingWebhook, Optional<String>> value) {
    ArrayNode patch = new ObjectMapper().createArrayNode();
    for (int i = 0; i < entries.size(); i++) {
      String entry = "/webhooks/%d/".formatted(i);
      ValidatingWebhook present = entries.get(i);
      value
          .apply(present)
          .ifPresent(v -> {
            patch
                .addObject()
                .put("op", "test")
                .put("path", entry + "name")
                .put("value", present.getName());
            patch.addObject().put("op", "add").put("path", entry + field).put("value", v);
          });
    }
    if (!patch.isEmpty()) {
      remember(resource.patch(PatchContext.of(PatchType.JSON), patch.toString()));
    }
    return patch.size() / 2;
  }

  /**
   * The authorities the API server was last seen to trust when it calls this webhook: PEM, one text
   * for each way in; none before the first look, and none when there is no way in.
   */
  public Set<String> caBundles() {
    return caBundles;
  }

  /** The authorities of an entry as PEM, empty when it trusts none of its own. */
  public static String caBundle(ValidatingWebhook entry) {
    String base64 = entry.getClientConfig() == null ? null : entry.getClientConfig().getCaBundle();
    return base64 == null ? "" : new String(Base64.getDecoder().decode(base64), US_ASCII);
  }

  private List<ValidatingWebhook> remember(@Nullable ValidatingWebhookConfiguration present) {
    List<ValidatingWebhook> entries =
        present == null || present.getWebhooks() == null ? List.of() : present.getWebhooks();
    caBundles =
        entries.stream()
            .map(WebhookConfiguration::caBundle)
            .filter(bundle -> !bundle.isEmpty())
            .collect(Collectors.toUnmodifiableSet());
    return entries;
  }
}
