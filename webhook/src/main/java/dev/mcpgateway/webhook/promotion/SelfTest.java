package dev.mcpgateway.webhook.promotion;

import dev.mcpgateway.controller.api.model.ExtensionSpec;
import dev.mcpgateway.controller.api.model.MCPGatewayExtension;
import dev.mcpgateway.controller.api.model.TargetRef;
import dev.mcpgateway.webhook.admission.ReservedName;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;

/**
 * Tries to create what must be refused, as a dry run. Only a refusal in this webhook's own words
 * counts: it went through the API server, the Service, TLS and the decision, and back.
 */
final class SelfTest {
  private final KubernetesClient client;
  private final String namespace;

  /**
   * A test.
   *
   * @param namespace where the dry run is tried; the webhook has the right to create extensions
   *     there, and only there
   */
  SelfTest(KubernetesClient client, String namespace) {
    this.client = client;
    this.namespace = namespace;
  }

  /** What went wrong, empty when the webhook refused. */
  String failure() {
    try {
      client.resource(refusable()).dryRun().create();
      return "the object was admitted: the webhook is not called yet";
    } catch (KubernetesClientException e) {
      String message = String.valueOf(e.getMessage());
      boolean refused =
          e.getCode() == HttpURLConnection.HTTP_FORBIDDEN
              && message.contains("denied the request")
              && message.contains(ReservedName.SELF_TEST.sentence().what());
      return refused ? "" : message;
    }
  }

  private MCPGatewayExtension refusable() {
    String name = ReservedName.SELF_TEST.name();
    MCPGatewayExtension extension = new MCPGatewayExtension();
    extension.setMetadata(new ObjectMetaBuilder().withNamespace(namespace).withName(name).build());
    extension.setSpec(new ExtensionSpec(new TargetRef(null, null, name, null)));
    return extension;
  }
}
