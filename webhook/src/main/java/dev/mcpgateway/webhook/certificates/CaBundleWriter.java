package dev.mcpgateway.webhook.certificates;

import static java.nio.charset.StandardCharsets.US_ASCII;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.ValidatingWebhook;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.ValidatingWebhookConfiguration;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.util.Base64;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the API server whom to trust: {@code caBundle} of every webhook in one
 * ValidatingWebhookConfiguration, and nothing else of it.
 */
final class CaBundleWriter {
  private static final Logger log = LoggerFactory.getLogger(CaBundleWriter.class);

  private final KubernetesClient client;
  private final String configuration;

  CaBundleWriter(KubernetesClient client, String configuration) {
    this.client = client;
    this.configuration = configuration;
  }

  /** Whether every webhook carries the bundle. */
  boolean carries(String bundle) {
    ValidatingWebhookConfiguration present = get();
    return present != null && webhooks(present).stream().allMatch(w -> has(w, bundle));
  }

  /** Puts the bundle where it is missing; writes nothing when it stands everywhere. */
  void write(String bundle) {
    ValidatingWebhookConfiguration present = get();
    if (present == null) {
      log.atWarn()
          .addKeyValue("configuration", configuration)
          .log(
              "ValidatingWebhookConfiguration missing, nothing is reviewed: install the chart again");
      return;
    }
    ArrayNode patch = new ObjectMapper().createArrayNode();
    List<ValidatingWebhook> webhooks = webhooks(present);
    for (int i = 0; i < webhooks.size(); i++) {
      if (!has(webhooks.get(i), bundle)) {
        // The index may have moved since: then the test fails and the next round tries again.
        patch
            .addObject()
            .put("op", "test")
            .put("path", "/webhooks/%d/name".formatted(i))
            .put("value", webhooks.get(i).getName());
        patch
            .addObject()
            .put("op", "add")
            .put("path", "/webhooks/%d/clientConfig/caBundle".formatted(i))
            .put("value", base64(bundle));
      }
    }
    if (!patch.isEmpty()) {
      client
          .admissionRegistration()
          .v1()
          .validatingWebhookConfigurations()
          .withName(configuration)
          .patch(PatchContext.of(PatchType.JSON), patch.toString());
      log.atInfo()
          .addKeyValue("configuration", configuration)
          .addKeyValue("webhooks", patch.size() / 2)
          .log("CA bundle written");
    }
  }

  private ValidatingWebhookConfiguration get() {
    return client
        .admissionRegistration()
        .v1()
        .validatingWebhookConfigurations()
        .withName(configuration)
        .get();
  }

  private static List<ValidatingWebhook> webhooks(ValidatingWebhookConfiguration configuration) {
    List<ValidatingWebhook> webhooks = configuration.getWebhooks();
    return webhooks == null ? List.of() : webhooks;
  }

  private static boolean has(ValidatingWebhook webhook, String bundle) {
    return webhook.getClientConfig() != null
        && base64(bundle).equals(webhook.getClientConfig().getCaBundle());
  }

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(US_ASCII));
  }
}
