package dev.mcpgateway.webhook.bench;

import dev.mcpgateway.controller.api.McpGroup;
import dev.mcpgateway.controller.api.model.CredentialRef;
import dev.mcpgateway.controller.api.model.MCPServerRegistration;
import dev.mcpgateway.controller.api.model.RegistrationSpec;
import dev.mcpgateway.controller.api.model.TargetRef;
import dev.mcpgateway.webhook.Cluster;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.GatewayBuilder;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.HTTPRoute;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.HTTPRouteBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.stream.IntStream;

/**
 * Teams, each with a namespace, a Gateway, an extension, a route to a Service, a credential and its
 * share of registrations; and one namespace without an extension.
 */
record Population(KubernetesClient client, int teams, int registrations) {
  static final String FREE = "free";
  private static final int AT_ONCE = 16;

  static String team(int number) {
    return "team-" + number;
  }

  /** A team's Gateway; as in the guide no two have the same name. */
  static String gateway(String team) {
    return team + "-gateway";
  }

  void create() throws Exception {
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

  static MCPServerRegistration registration(String namespace, String name, String prefix) {
    var registration = new MCPServerRegistration();
    registration.setMetadata(
        new ObjectMetaBuilder().withNamespace(namespace).withName(name).build());
    registration.setSpec(
        new RegistrationSpec(
            new TargetRef(null, null, "route", null),
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
              .withNamespace(namespace)
              .withName(gateway(namespace))
              .endMetadata()
              .withNewSpec()
              .withGatewayClassName("istio")
              .addNewListener()
              .withName("mcp")
              .withPort(8080)
              .withProtocol("HTTP")
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
      HTTPRoute route = route(namespace);
      store(route);
      client.resource(accepted(route)).updateStatus();
      if (!namespace.equals(FREE)) {
        store(Cluster.extension(namespace, "gateway", null, gateway(namespace)));
        for (int i = 0; i < registrations / teams; i++) {
          store(registration(namespace, "server-" + i, prefix(number, i)));
        }
      }
      return null;
    } finally {
      turns.release();
    }
  }

  private static HTTPRoute route(String namespace) {
    return new HTTPRouteBuilder()
        .withNewMetadata()
        .withNamespace(namespace)
        .withName("route")
        .endMetadata()
        .withNewSpec()
        .withHostnames("server." + namespace + ".mcp.local")
        .addNewParentRef()
        .withName(gateway(namespace))
        .endParentRef()
        .addNewRule()
        .addNewBackendRef()
        .withName("server")
        .withPort(8080)
        .endBackendRef()
        .endRule()
        .endSpec()
        .build();
  }

  /** Plays the part of the Gateway's controller. */
  private static HTTPRoute accepted(HTTPRoute route) {
    return new HTTPRouteBuilder(route)
        .withNewStatus()
        .addNewParent()
        .withControllerName("istio.io/gateway-controller")
        .withParentRef(route.getSpec().getParentRefs().getFirst())
        .addToConditions(Cluster.accepted())
        .endParent()
        .endStatus()
        .build();
  }

  private void store(HasMetadata object) {
    client.resource(object).create();
  }
}
