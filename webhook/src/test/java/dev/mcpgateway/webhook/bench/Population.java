package dev.mcpgateway.webhook.bench;

import dev.mcpgateway.controller.api.McpGroup;
import dev.mcpgateway.controller.api.model.CredentialRef;
import dev.mcpgateway.controller.api.model.MCPServerRegistration;
import dev.mcpgateway.controller.api.model.RegistrationSpec;
import dev.mcpgateway.controller.api.model.TargetRef;
import dev.mcpgateway.webhook.Cluster;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.GatewayBuilder;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.HTTPRouteBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.stream.IntStream;

/**
 * Teams as the guide lays them out: the Gateways, the grants for them and the routers' EnvoyFilters
 * in one namespace; in each team's own an extension, a Service, a credential, a share of the
 * registrations with a route each, and a route that is free. And one namespace without an
 * extension.
 */
record Population(KubernetesClient client, int teams, int registrations) {
  static final String FREE = "free";
  static final String GATEWAYS = "gateway-system";
  static final String FREE_ROUTE = "free";
  private static final int AT_ONCE = 16;

  static String team(int number) {
    return "team-" + number;
  }

  /** A team's Gateway; as in the guide no two have the same name. */
  static String gateway(String team) {
    return team + "-gateway";
  }

  void create() throws Exception {
    store(new NamespaceBuilder().withNewMetadata().withName(GATEWAYS).endMetadata().build());
    var turns = new Semaphore(AT_ONCE);
    try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<?>> all =
          IntStream.rangeClosed(0, teams)
              .<Future<?>>mapToObj(number -> executor.submit(() -> team(number, turns)))
              .toList();
      for (Future<?> one : all) {
        one.get();
      }
    }
  }

  /** The prefix of a team's server; one in a hundred teams has the same one. */
  static String prefix(int team, int server) {
    return "s" + server + "_" + team % 100 + "_";
  }

  static MCPServerRegistration registration(
      String namespace, String name, String route, String prefix) {
    var registration = new MCPServerRegistration();
    registration.setMetadata(
        new ObjectMetaBuilder().withNamespace(namespace).withName(name).build());
    registration.setSpec(
        new RegistrationSpec(
            new TargetRef(null, null, route, null),
            prefix,
            "/" + name,
            new CredentialRef("token", null)));
    return registration;
  }

  private Void team(int number, Semaphore turns) throws InterruptedException {
    turns.acquire();
    try {
      String namespace = number == teams ? FREE : team(number);
      store(new NamespaceBuilder().withNewMetadata().withName(namespace).endMetadata().build());
      store(
          new GatewayBuilder()
              .withNewMetadata()
              .withNamespace(GATEWAYS)
              .withName(gateway(namespace))
              .endMetadata()
              .withNewSpec()
              .withGatewayClassName("istio")
              .addNewListener()
              .withName("mcp")
              .withPort(8080)
              .withProtocol("HTTP")
              .withNewAllowedRoutes()
              .withNewNamespaces()
              .withFrom("Selector")
              .withNewSelector()
              .addToMatchLabels("kubernetes.io/metadata.name", namespace)
              .endSelector()
              .endNamespaces()
              .endAllowedRoutes()
              .endListener()
              .endSpec()
              .build());
      // What a review of a registration reads one by one.
      store(
          new ServiceBuilder()
              .withNewMetadata()
              .withNamespace(namespace)
              .withName("server")
              .endMetadata()
              .withNewSpec()
              // The API server of the tests has 254 addresses to give.
              .withClusterIP("None")
              .addNewPort()
              .withPort(8080)
              .endPort()
              .endSpec()
              .build());
      store(
          new SecretBuilder()
              .withNewMetadata()
              .withNamespace(namespace)
              .withName("token")
              .addToLabels(McpGroup.CREDENTIAL_LABEL, "true")
              .endMetadata()
              .addToStringData("token", "Bearer x")
              .build());
      route(namespace, FREE_ROUTE);
      new Cluster(client).grant(namespace, GATEWAYS, gateway(namespace));
      if (!namespace.equals(FREE)) {
        store(Cluster.extension(namespace, "gateway", GATEWAYS, gateway(namespace)));
        store(router(namespace, gateway(namespace)));
        for (int i = 0; i < registrations / teams; i++) {
          String name = "server-" + i;
          route(namespace, name);
          store(registration(namespace, name, name, prefix(number, i)));
        }
      }
      return null;
    } finally {
      turns.release();
    }
  }

  /** What the chart puts into a Gateway for a release in {@code namespace}. */
  static HasMetadata router(String namespace, String gateway) {
    GenericKubernetesResource filter = new GenericKubernetesResource();
    filter.setApiVersion("networking.istio.io/v1alpha3");
    filter.setKind("EnvoyFilter");
    filter.setMetadata(
        new ObjectMetaBuilder()
            .withNamespace(GATEWAYS)
            .withName("router-" + namespace)
            .addToLabels("mcp.kagenti.com/instance-namespace", namespace)
            .addToLabels("mcp.kagenti.com/gateway", gateway)
            .build());
    filter.setAdditionalProperty(
        "spec",
        Map.of(
            "workloadSelector",
            Map.of("labels", Map.of("gateway.networking.k8s.io/gateway-name", gateway))));
    return filter;
  }

  private void route(String namespace, String name) {
    store(
        new HTTPRouteBuilder()
            .withNewMetadata()
            .withNamespace(namespace)
            .withName(name)
            .endMetadata()
            .withNewSpec()
            .withHostnames(name + "." + namespace + ".mcp.local")
            .addNewParentRef()
            .withNamespace(GATEWAYS)
            .withName(gateway(namespace))
            .endParentRef()
            .addNewRule()
            .addNewBackendRef()
            .withName("server")
            .withPort(8080)
            .endBackendRef()
            .endRule()
            .endSpec()
            .build());
    new Cluster(client).accept(namespace, name);
  }

  private void store(HasMetadata object) {
    client.resource(object).create();
  }
}
