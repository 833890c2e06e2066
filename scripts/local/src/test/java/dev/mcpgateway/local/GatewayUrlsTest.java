package dev.mcpgateway.local;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpgateway.local.network.AddressMap;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.Gateway;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.net.URI;
import java.util.List;
import org.junit.jupiter.api.Test;

class GatewayUrlsTest {
  private static final String GATEWAY =
      """
      apiVersion: gateway.networking.k8s.io/v1
      kind: Gateway
      metadata: {name: team-a-gateway, namespace: gateway-system}
      spec:
        listeners:
        - {name: mcp, port: 8080, protocol: HTTP, hostname: team-a.127-0-0-1.sslip.io}
        - {name: mcps, port: 8080, protocol: HTTP, hostname: "*.team-a.mcp.local"}
      """;

  @Test
  void theAliasComesFirstThenNodePortsThenNamesThatMeanThisMachine() {
    assertThat(
            urls(
                service("np", "NodePort", "10.96.0.9", "team-a-gateway"),
                service("lb", "LoadBalancer", "10.96.0.8", "team-a-gateway")))
        .containsExactly(
            URI.create("http://127.96.0.8:8080"),
            URI.create("http://127.0.0.1:30080"),
            URI.create("http://team-a.127-0-0-1.sslip.io:30080"));
  }

  @Test
  void servicesOfOtherGatewaysDoNotCount() {
    assertThat(urls(service("lb", "LoadBalancer", "10.96.0.8", "team-b-gateway"))).isEmpty();
  }

  private static List<URI> urls(Service... services) {
    var gateway = Serialization.unmarshal(GATEWAY, Gateway.class);
    return GatewayUrls.of(gateway, List.of(services), new AddressMap(244));
  }

  private static Service service(String name, String type, String ip, String gateway) {
    return Serialization.unmarshal(
        """
        apiVersion: v1
        kind: Service
        metadata: {name: %s, namespace: gateway-system}
        spec:
          type: %s
          clusterIP: %s
          selector: {gateway.networking.k8s.io/gateway-name: %s}
          ports:
          - {name: status-port, port: 15021, nodePort: 31000}
          - {name: mcp, port: 8080, targetPort: 8080, nodePort: 30080}
        """
            .formatted(name, type, ip, gateway),
        Service.class);
  }
}
