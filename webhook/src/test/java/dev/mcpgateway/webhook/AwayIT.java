package dev.mcpgateway.webhook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubeapitest.junit.EnableKubeAPIServer;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.time.Duration;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The shipped configuration under {@code Fail} while nobody answers: what it asks the webhook about
 * fails, so whatever passes here was never asked about.
 */
@EnableKubeAPIServer(
    apiServerFlags = {
      "--bind-address", "127.0.0.1",
      "--advertise-address", "127.0.0.1",
      "--endpoint-reconciler-type", "none"
    })
class AwayIT {
  private static final String OURS = "mcp.kagenti.com/v1alpha1";
  private static final int NOBODY_LISTENS = 1;

  // Set by the extension before any test runs.
  @SuppressWarnings("NullAway.Init")
  static KubernetesClient client;

  /**
   * Tries everything once: a failure is what is waited for. A supplier, because the extension sets
   * every field of the client's type.
   */
  @SuppressWarnings("NullAway.Init") // Set before any test runs.
  private static Supplier<KubernetesClient> once;

  @BeforeAll
  static void start() throws Exception {
    KubernetesClient withoutRetries = Caller.withoutRetries(client);
    once = () -> withoutRetries;
    Cluster cluster = new Cluster(client);
    cluster.installCrds();
    cluster.installCrds("ISTIO_CRDS");
    cluster.namespaces("mcp-system", "team-a");
    for (String name : new String[] {"one", "two"}) {
      cluster.apply(
          """
          apiVersion: mcp.kagenti.com/v1alpha1
          kind: MCPGatewayExtension
          metadata: {name: %1$s, namespace: team-a}
          spec: {targetRef: {name: gateway}}
          ---
          apiVersion: mcp.kagenti.com/v1alpha1
          kind: MCPServerRegistration
          metadata: {name: %1$s, namespace: team-a}
          spec: {targetRef: {name: route}, toolPrefix: %1$s_}
          ---
          apiVersion: mcp.kagenti.com/v1alpha1
          kind: MCPVirtualServer
          metadata: {name: %1$s, namespace: team-a}
          spec: {tools: [tool]}
          ---
          apiVersion: networking.istio.io/v1alpha3
          kind: EnvoyFilter
          metadata:
            name: %1$s
            namespace: team-a
            labels: {mcp.kagenti.com/instance-namespace: team-a}
          spec: {workloadSelector: {labels: {gateway.networking.k8s.io/gateway-name: gateway}}}
          """
              .formatted(name));
    }
    cluster.apply(
        """
        apiVersion: networking.istio.io/v1alpha3
        kind: EnvoyFilter
        metadata:
          name: without-spec
          namespace: team-a
          labels: {mcp.kagenti.com/instance-namespace: team-a}
        """);
    cluster.shipped(NOBODY_LISTENS, "Fail");
    // The API server tries until the time is over; one second is long enough to see that it does.
    client
        .admissionRegistration()
        .v1()
        .validatingWebhookConfigurations()
        .withName("mcp-controller-mcp-gateway-webhook")
        .edit(configuration -> {
          configuration.getWebhooks().forEach(webhook -> webhook.setTimeoutSeconds(1));
          return configuration;
        });
    await().atMost(Duration.ofMinutes(1)).untilAsserted(AwayIT::whatIsJudgedIsAskedAbout);
  }

  @AfterAll
  static void stop() {
    once.get().close();
  }

  @ParameterizedTest
  @CsvSource({
    "MCPGatewayExtension, mcp.kagenti.com/v1alpha1",
    "MCPServerRegistration, mcp.kagenti.com/v1alpha1",
    "MCPVirtualServer, mcp.kagenti.com/v1alpha1",
    "EnvoyFilter, networking.istio.io/v1alpha3"
  })
  void w07w10w11LabelsFinalizersStatusAndDeletionsAreNobodysBusiness(
      String kind, String apiVersion) {
    Resource<GenericKubernetesResource> two = resource(client, apiVersion, kind, "two");
    patch(two, "{\"metadata\":{\"labels\":{\"edited\":\"yes\"}}}");
    patch(two, "{\"metadata\":{\"annotations\":{\"edited\":\"yes\"}}}");
    patch(two, "{\"metadata\":{\"finalizers\":[\"test.example/hold\"]}}");
    if (apiVersion.equals(OURS)) {
      two.subresource("status")
          .patch(PatchContext.of(PatchType.JSON_MERGE), "{\"status\":{\"conditions\":[]}}");
    }
    two.delete();
    assertThat(two.require().getMetadata().getDeletionTimestamp()).isNotNull();
    patch(two, "{\"metadata\":{\"labels\":{\"edited\":\"again\"}}}");
    patch(two, "{\"metadata\":{\"finalizers\":null}}");
    await().atMost(Duration.ofSeconds(30)).until(() -> two.get() == null);
  }

  @Test
  void w07AFilterWithoutASpecIsAskedAboutWhenItGetsOneAndNotWhenOtherLabelsChange() {
    String istio = "networking.istio.io/v1alpha3";
    var filter = resource(once.get(), istio, "EnvoyFilter", "without-spec");
    assertThat(filter.require().getAdditionalProperties()).doesNotContainKey("spec");
    patch(filter, "{\"metadata\":{\"labels\":{\"edited\":\"yes\"}}}");
    for (String judged :
        new String[] {
          "{\"spec\":{\"priority\":7}}",
          "{\"metadata\":{\"labels\":{\"mcp.kagenti.com/gateway\":\"another\"}}}",
          "{\"metadata\":{\"labels\":{\"mcp.kagenti.com/instance-namespace\":\"another\"}}}"
        }) {
      assertThatThrownBy(() -> patch(filter, judged))
          .as(judged)
          .hasMessageContaining("failed calling webhook");
    }
  }

  @Test
  void w08AChangeOfWhatIsJudgedIsAskedAbout() {
    whatIsJudgedIsAskedAbout();
  }

  private static void whatIsJudgedIsAskedAbout() {
    asked(OURS, "MCPGatewayExtension", "{\"spec\":{\"targetRef\":{\"name\":\"elsewhere\"}}}");
    asked(OURS, "MCPServerRegistration", "{\"spec\":{\"path\":\"/another\"}}");
    asked(OURS, "MCPVirtualServer", "{\"spec\":{\"tools\":[\"another\"]}}");
    String istio = "networking.istio.io/v1alpha3";
    asked(istio, "EnvoyFilter", "{\"spec\":{\"priority\":7}}");
    asked(
        istio,
        "EnvoyFilter",
        "{\"metadata\":{\"labels\":{\"mcp.kagenti.com/instance-namespace\":\"team-b\"}}}");
  }

  private static void asked(String apiVersion, String kind, String patch) {
    assertThatThrownBy(() -> patch(resource(once.get(), apiVersion, kind, "one"), patch))
        .hasMessageContaining("failed calling webhook");
  }

  private static void patch(Resource<GenericKubernetesResource> resource, String patch) {
    resource.patch(PatchContext.of(PatchType.JSON_MERGE), patch);
  }

  private static Resource<GenericKubernetesResource> resource(
      KubernetesClient as, String apiVersion, String kind, String name) {
    return as.genericKubernetesResources(apiVersion, kind).inNamespace("team-a").withName(name);
  }
}
