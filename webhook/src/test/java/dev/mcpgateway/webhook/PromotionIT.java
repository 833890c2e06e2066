package dev.mcpgateway.webhook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.mcpgateway.controller.api.model.MCPGatewayExtension;
import io.fabric8.kubeapitest.junit.EnableKubeAPIServer;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.ValidatingWebhookConfiguration;
import io.fabric8.kubernetes.api.model.authorization.v1.ResourceAttributesBuilder;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.Resource;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** From {@code Ignore} to {@code Fail}, with the configuration and the rights the chart ships. */
@EnableKubeAPIServer(
    apiServerFlags = {
      "--bind-address", "127.0.0.1",
      "--advertise-address", "127.0.0.1",
      "--endpoint-reconciler-type", "none"
    })
class PromotionIT {
  private static final String NAME = "mcp-controller-mcp-gateway-webhook";
  private static final String USER = "system:serviceaccount:mcp-system:" + NAME;
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
    configuration(NAME).delete();
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
  void w24ARefusalForWantOfTheRightToTryProvesNothing() throws IOException {
    takeTheRightToTry();
    try (var webhook = webhook()) {
      cluster.shippedConfiguration(webhook.port(), "Ignore");
      await().atMost(PATIENCE).until(() -> !bundle().isEmpty());
      awaitNoPromotion();
      cluster.shipped(webhook.port(), "Ignore");
      awaitPolicy("Fail");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Not here.",
        "The name admission-self-test is reserved for the webhook's test of itself.",
        """
        admission webhook "vmcpgatewayextension.mcp.kagenti.com" denied the request: The name \
        admission-self-test is reserved for the webhook's test of itself.\
        """
      })
  void w24ARefusalOfAPolicyProvesNothingWhateverItSays(String says) throws IOException {
    policy(says);
    try (var webhook = webhook()) {
      cluster.shipped(webhook.port(), "Ignore");
      await().atMost(PATIENCE).until(() -> !bundle().isEmpty());
      awaitNoPromotion();
      removePolicy();
      awaitPolicy("Fail");
    } finally {
      removePolicy();
    }
  }

  @Test
  void w24ARefusalOfAnotherWebhookProvesNothing() throws IOException {
    String other = "other";
    try (var webhook = webhook()) {
      // Its own entry still leads to where nobody listens.
      await().atMost(PATIENCE).until(() -> !bundle().isEmpty());
      cluster.webhookConfiguration(other, webhook.port(), "Fail");
      configuration(other)
          .edit(c -> {
            c.getWebhooks().getFirst().setName("other.example.com");
            c.getWebhooks().getFirst().getClientConfig().setCaBundle(bundle());
            return c;
          });
      awaitRefusal("\"other.example.com\" denied the request");
      awaitNoPromotion();
    } finally {
      configuration(other).delete();
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

  private static void takeTheRightToTry() {
    client
        .rbac()
        .roles()
        .inNamespace("mcp-system")
        .withName(NAME)
        .edit(role -> {
          role.getRules().removeIf(rule -> rule.getResources().contains("mcpgatewayextensions"));
          return role;
        });
    var right =
        new ResourceAttributesBuilder()
            .withVerb("create")
            .withGroup("mcp.kagenti.com")
            .withResource("mcpgatewayextensions")
            .withNamespace("mcp-system")
            .build();
    await().atMost(PATIENCE).until(() -> !cluster.allowed(USER, right));
  }

  /** A policy of the cluster's owner that refuses the self-test before any webhook is asked. */
  private static void policy(String says) {
    cluster.apply(
        """
        apiVersion: admissionregistration.k8s.io/v1
        kind: ValidatingAdmissionPolicy
        metadata: {name: refuses}
        spec:
          matchConstraints:
            resourceRules:
              - apiGroups: [mcp.kagenti.com]
                apiVersions: [v1alpha1]
                resources: [mcpgatewayextensions]
                operations: [CREATE]
          validations:
            - expression: object.metadata.name != 'admission-self-test'
              reason: Forbidden
              message: >-
                %s
        ---
        apiVersion: admissionregistration.k8s.io/v1
        kind: ValidatingAdmissionPolicyBinding
        metadata: {name: refuses}
        spec: {policyName: refuses, validationActions: [Deny]}
        """
            .formatted(says));
    awaitRefusal("ValidatingAdmissionPolicy 'refuses'");
  }

  private static void removePolicy() {
    var admission = client.admissionRegistration().v1();
    admission.validatingAdmissionPolicyBindings().withName("refuses").delete();
    admission.validatingAdmissionPolicies().withName("refuses").delete();
  }

  private static void awaitRefusal(String words) {
    await()
        .atMost(PATIENCE)
        .untilAsserted(() ->
            assertThatThrownBy(() ->
                    client
                        .resource(
                            Cluster.extension("mcp-system", "admission-self-test", null, "gw"))
                        .dryRun()
                        .create())
                .hasMessageContaining(words));
  }

  private static RunningWebhook webhook(String... more) {
    String[] arguments = new String[more.length + 2];
    arguments[0] = "--webhook-configuration=" + NAME;
    arguments[1] = "--promotion.check-interval=PT0.2S";
    System.arraycopy(more, 0, arguments, 2, more.length);
    return new RunningWebhook(
        new ConfigBuilder(client.getConfiguration()).withImpersonateUsername(USER).build(),
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
    return configuration(NAME).require().getWebhooks().stream()
        .filter(w -> !w.getName().startsWith("vmcpvirtualserver"))
        .map(w -> w.getFailurePolicy())
        .toList();
  }

  private static Resource<ValidatingWebhookConfiguration> configuration(String name) {
    return client.admissionRegistration().v1().validatingWebhookConfigurations().withName(name);
  }

  private static String bundle() {
    String bundle =
        configuration(NAME).require().getWebhooks().getFirst().getClientConfig().getCaBundle();
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
