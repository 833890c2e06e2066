package dev.mcpgateway.webhook;

import static dev.mcpgateway.webhook.Cluster.extension;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.mcpgateway.controller.api.model.MCPServerRegistration;
import dev.mcpgateway.controller.api.model.RegistrationSpec;
import dev.mcpgateway.controller.api.model.TargetRef;
import io.fabric8.kubeapitest.junit.EnableKubeAPIServer;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The API server reaches the webhook, but the webhook no longer reaches the API server. */
@EnableKubeAPIServer(
    apiServerFlags = {
      "--bind-address", "127.0.0.1",
      "--advertise-address", "127.0.0.1",
      "--endpoint-reconciler-type", "none"
    })
class UnreachableIT {
  private static final String NAME = "mcp-controller-mcp-gateway-webhook";
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  // Set by the extension before any test runs.
  @SuppressWarnings("NullAway.Init")
  static KubernetesClient client;

  @Test
  void w25WhatCannotBeJudgedIsLeftToTheFailurePolicy() throws Exception {
    Cluster cluster = new Cluster(client);
    cluster.installCrds();
    cluster.namespaces("mcp-system", "team-a", "team-b");
    cluster.gateway("team-a", "gw");
    cluster.emptySecret("mcp-system", "webhook-tls");
    try (var cable = new Balancer();
        var caller = Caller.withoutRetries(client)) {
      cable.add(URI.create(client.getConfiguration().getMasterUrl()).getPort());
      var config =
          new ConfigBuilder(client.getConfiguration())
              .withMasterUrl("https://127.0.0.1:" + cable.port())
              .build();
      try (var webhook =
          new RunningWebhook(
              config,
              Clock.systemUTC(),
              "webhook-tls",
              "--webhook-configuration=" + NAME,
              "--promotion.enabled=false")) {
        cluster.shipped(webhook.port(), "Fail");
        awaitRefusal(caller);
        assertThat(webhook.management("/readyz").body()).isEqualTo("ok\n");
        cable.cut();
        for (HasMetadata object : List.of(extension("team-a", "e", null, "gw"), registration())) {
          awaitFailure(caller, object);
        }
        // The webhook itself is as healthy as before: restarting it would help nobody.
        assertThat(webhook.management("/readyz").body()).isEqualTo("ok\n");
        assertThat(webhook.management("/healthz").statusCode()).isEqualTo(200);
        assertThat(webhook.management("/metrics").body())
            .contains("rule=\"WorldUnavailable\",verdict=\"failed\"");
        ignoreFailures();
        for (HasMetadata object : List.of(extension("team-a", "e", null, "gw"), registration())) {
          await()
              .atMost(PATIENCE)
              .ignoreException(KubernetesClientException.class)
              .until(() -> caller.resource(object).create() != null);
        }
      }
    }
  }

  private static void awaitRefusal(KubernetesClient caller) {
    HasMetadata reserved = extension("team-a", "admission-self-test", null, "gw");
    await()
        .atMost(PATIENCE)
        .untilAsserted(() ->
            assertThatThrownBy(() -> caller.resource(reserved).dryRun().create())
                .hasMessageContaining("reserved"));
  }

  /**
   * The webhook says why with half a second left to be heard: a slow machine may miss it, but never
   * store the object.
   */
  private static void awaitFailure(KubernetesClient caller, HasMetadata object) {
    await()
        .atMost(PATIENCE)
        .untilAsserted(() ->
            assertThatThrownBy(() -> caller.resource(object).create())
                .isInstanceOfSatisfying(
                    KubernetesClientException.class, e -> assertThat(e.getCode()).isEqualTo(500))
                .hasMessageContaining("failed calling webhook")
                .hasMessageContaining("who claims what"));
    assertThat(caller.resource(object).get()).isNull();
  }

  private static MCPServerRegistration registration() {
    var registration = new MCPServerRegistration();
    registration.setMetadata(
        new ObjectMetaBuilder().withNamespace("team-b").withName("server").build());
    registration.setSpec(
        new RegistrationSpec(new TargetRef(null, null, "route", null), "s_", null, null));
    return registration;
  }

  private static void ignoreFailures() {
    client
        .admissionRegistration()
        .v1()
        .validatingWebhookConfigurations()
        .withName(NAME)
        .edit(c -> {
          c.getWebhooks().forEach(w -> w.setFailurePolicy("Ignore"));
          return c;
        });
  }
}
