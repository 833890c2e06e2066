package dev.mcpgateway.webhook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.mcpgateway.controller.api.model.MCPGatewayExtension;
import io.fabric8.kubeapitest.junit.EnableKubeAPIServer;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** From {@code Ignore} to {@code Fail}, with the configuration and the rights the chart ships. */
@EnableKubeAPIServer(
    apiServerFlags = {
      "--bind-address", "127.0.0.1",
      "--advertise-address", "127.0.0.1",
      "--endpoint-reconciler-type", "none"
    })
class PromotionIT {
  private static final String NAME = "mcp-controller-mcp-gateway-webhook";
  private static final Duration LONG_ENOUGH = Duration.ofSeconds(2);
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  // Set by the extension before any test runs.
  @SuppressWarnings("NullAway.Init")
  static KubernetesClient client;

  // Set before any test runs.
  @SuppressWarnings("NullAway.Init")
  private static Cluster cluster;

  @BeforeAll
  static void objects() throws IOException {
    cluster = new Cluster(client);
    cluster.installCrds();
    cluster.namespaces("mcp-system");
    cluster.emptySecret("mcp-system", NAME + "-tls");
  }

  @BeforeEach
  void roles() throws IOException {
    // Nobody listens there yet; each test says where.
    cluster.shipped(1, "Ignore");
  }

  @AfterEach
  void remove() {
    client.admissionRegistration().v1().validatingWebhookConfigurations().withName(NAME).delete();
  }

  @Test
  void w24AWebhookThatRefusesIsPromotedAndAgainAfterAReset() throws Exception {
    try (var webhook = webhook()) {
      cluster.shipped(webhook.port(), "Ignore");
      awaitPolicy("Fail");
      awaitMetric(webhook, "mcp_webhook_failure_policy_fail 1.0");
      // A plain helm upgrade with another field manager.
      cluster.shipped(webhook.port(), "Ignore");
      awaitPolicy("Fail");
      assertThat(stored()).as("a dry run stores nothing").isZero();
    }
  }

  @Test
  void aWebhookThatCannotBeReachedStaysIgnored() {
    try (var _ = webhook()) {
      await().atMost(PATIENCE).until(() -> !bundle().isEmpty());
      awaitNoPromotion();
    }
  }

  @Test
  void anExplicitPolicyIsLeftAloneAndStillTold() throws Exception {
    try (var webhook = webhook("--promotion.enabled=false")) {
      cluster.shipped(webhook.port(), "Ignore");
      awaitNoPromotion();
      cluster.shipped(webhook.port(), "Fail");
      awaitMetric(webhook, "mcp_webhook_failure_policy_fail 1.0");
    }
  }

  @Test
  void theReservedNameCannotBeTakenByAnybody() throws IOException {
    try (var webhook = webhook()) {
      cluster.shipped(webhook.port(), "Ignore");
      awaitPolicy("Fail");
      assertThatThrownBy(() ->
              client
                  .resource(Cluster.extension("mcp-system", "admission-self-test", null, "gw"))
                  .create())
          .isInstanceOf(KubernetesClientException.class)
          .hasMessageContaining("reserved");
    }
  }

  private static RunningWebhook webhook(String... more) {
    String[] arguments = new String[more.length + 2];
    arguments[0] = "--webhook-configuration=" + NAME;
    arguments[1] = "--promotion.check-interval=PT0.2S";
    System.arraycopy(more, 0, arguments, 2, more.length);
    return new RunningWebhook(
        new ConfigBuilder(client.getConfiguration())
            .withImpersonateUsername("system:serviceaccount:mcp-system:" + NAME)
            .build(),
        Clock.systemUTC(),
        NAME + "-tls",
        arguments);
  }

  private static void awaitMetric(RunningWebhook webhook, String line) {
    await()
        .atMost(PATIENCE)
        .untilAsserted(() -> assertThat(webhook.management("/metrics").body()).contains(line));
  }

  private static void awaitPolicy(String policy) {
    await()
        .atMost(PATIENCE)
        .untilAsserted(() ->
            assertThat(policies())
                .as("every webhook that can deny")
                .isNotEmpty()
                .allMatch(policy::equals));
  }

  private static void awaitNoPromotion() {
    await()
        .during(LONG_ENOUGH)
        .atMost(LONG_ENOUGH.multipliedBy(4))
        .until(() -> policies().stream().allMatch("Ignore"::equals));
  }

  private static List<String> policies() {
    return client
        .admissionRegistration()
        .v1()
        .validatingWebhookConfigurations()
        .withName(NAME)
        .require()
        .getWebhooks()
        .stream()
        .filter(w -> !w.getName().startsWith("vmcpvirtualserver"))
        .map(w -> w.getFailurePolicy())
        .toList();
  }

  private static String bundle() {
    String bundle =
        client
            .admissionRegistration()
            .v1()
            .validatingWebhookConfigurations()
            .withName(NAME)
            .require()
            .getWebhooks()
            .getFirst()
            .getClientConfig()
            .getCaBundle();
    return bundle == null ? "" : bundle;
  }

  private static int stored() {
    return client
        .resources(MCPGatewayExtension.class)
        .inNamespace("mcp-system")
        .list()
        .getItems()
        .size();
  }
}
