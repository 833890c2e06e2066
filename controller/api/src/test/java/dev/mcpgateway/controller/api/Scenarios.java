package dev.mcpgateway.controller.api;

import dev.mcpgateway.controller.api.facts.CredentialFacts;
import dev.mcpgateway.controller.api.facts.ExtensionFacts;
import dev.mcpgateway.controller.api.facts.FactsMapper;
import dev.mcpgateway.controller.api.facts.GatewayFacts;
import dev.mcpgateway.controller.api.facts.GrantFacts;
import dev.mcpgateway.controller.api.facts.RegistrationFacts;
import dev.mcpgateway.controller.api.facts.RouteFacts;
import dev.mcpgateway.controller.api.facts.ServiceFacts;
import dev.mcpgateway.controller.api.model.MCPGatewayExtension;
import dev.mcpgateway.controller.api.model.MCPServerRegistration;
import dev.mcpgateway.controller.api.rules.World;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.KubernetesResource;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.Gateway;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.HTTPRoute;
import io.fabric8.kubernetes.api.model.gatewayapi.v1beta1.ReferenceGrant;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Pattern;

/** Reads a small cluster from YAML documents. */
final class Scenarios {
  private Scenarios() {}

  static World world(Path file) throws IOException {
    Map<ObjectKey, ExtensionFacts> extensions = new HashMap<>();
    Map<ObjectKey, RegistrationFacts> registrations = new HashMap<>();
    Map<ObjectKey, GatewayFacts> gateways = new HashMap<>();
    Map<ObjectKey, GrantFacts> grants = new HashMap<>();
    Map<ObjectKey, RouteFacts> routes = new HashMap<>();
    Map<ObjectKey, ServiceFacts> services = new HashMap<>();
    Map<ObjectKey, CredentialFacts> credentials = new HashMap<>();
    KubernetesSerialization serialization = new KubernetesSerialization();
    serialization.registerKubernetesResource(MCPGatewayExtension.class);
    serialization.registerKubernetesResource(MCPServerRegistration.class);
    for (String document :
        Pattern.compile("(?m)^---$").splitAsStream(Files.readString(file)).toList()) {
      KubernetesResource resource = serialization.unmarshal(document, KubernetesResource.class);
      ObjectKey key = FactsMapper.key((HasMetadata) resource);
      switch (resource) {
        case MCPGatewayExtension o -> extensions.put(key, FactsMapper.extension(o));
        case MCPServerRegistration o -> registrations.put(key, FactsMapper.registration(o));
        case Gateway o -> gateways.put(key, FactsMapper.gateway(o));
        case ReferenceGrant o -> grants.put(key, FactsMapper.grant(o));
        case HTTPRoute o -> routes.put(key, FactsMapper.route(o));
        case Service o -> services.put(key, FactsMapper.service(o));
        case Secret o -> credentials.put(key, FactsMapper.credential(o));
        default -> throw new IllegalArgumentException(file + " holds the unexpected " + resource);
      }
    }
    return World.builder()
        .extensions(extensions)
        .registrations(registrations)
        .gateways(gateways)
        .grants(grants)
        .routes(routes)
        .services(services)
        .credentials(credentials)
        .build();
  }
}
