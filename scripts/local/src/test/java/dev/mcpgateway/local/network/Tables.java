package dev.mcpgateway.local.network;

import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.List;

/** Services and slices as YAML, for tests. */
final class Tables {
  static final String SERVICE =
      """
      apiVersion: v1
      kind: Service
      metadata: {name: web, namespace: team-a}
      spec:
        type: NodePort
        clusterIP: 10.96.1.2
        ports: [{name: http, port: 80, targetPort: 8080, nodePort: 30080, protocol: TCP}]
      """;
  static final String HEADLESS =
      """
      apiVersion: v1
      kind: Service
      metadata: {name: db, namespace: team-a}
      spec: {clusterIP: None, ports: [{port: 5432, protocol: TCP}]}
      """;

  private Tables() {}

  static ServiceTable table(List<String> services, List<String> slices) {
    return ServiceTable.of(
        services.stream().map(s -> Serialization.unmarshal(s, Service.class)).toList(),
        slices.stream().map(s -> Serialization.unmarshal(s, EndpointSlice.class)).toList());
  }

  static String slice(String service, String port, String endpoints) {
    return """
    apiVersion: discovery.k8s.io/v1
    kind: EndpointSlice
    metadata: {name: x, namespace: team-a, labels: {kubernetes.io/service-name: %s}}
    addressType: IPv4
    ports: %s
    endpoints: %s
    """
        .formatted(service, port, endpoints);
  }
}
