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
 * Tries to create what must be refused, as a dry run. Only a refusal of its own entry in this
 * webhook's own words counts: it went through the API server, the Service, TLS and the decision,
 * and back.
 */
final class SelfTest {
  /** How the API server begins a refusal of this entry of the configuration. */
  private static final String DENIED =
      "admission webhook \"vmcpgatewayextension.mcp.kagenti.com\" denied the request: ";

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
      return refused(e) ? "" : String.valueOf(e.getMessage());
    }
  }

  /** The API server's own words come first: others may quote both, but only after theirs. */
  private static boolean refused(KubernetesClientException e) {
    String message = e.getStatus() == null ? "" : String.valueOf(e.getStatus().getMessage());
    return e.getCode() == HttpURLConnection.HTTP_FORBIDDEN
        && message.startsWith(DENIED)
        && message.contains(ReservedName.SELF_TEST.sentence().what());
  }

  private MCPGatewayExtension refusable() {
    String name = ReservedName.SELF_TEST.name();
    MCPGatewayExtension extension = new MCPGatewayExtension();
    extension.setMetadata(new ObjectMetaBuilder().withNamespace(namespace).withName(name).build());
    extension.setSpec(new ExtensionSpec(new TargetRef(null, null, name, null)));
    return extension;
  }
}
