package dev.mcpgateway.webhook.admission;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import dev.mcpgateway.controller.api.cache.WatchedKind;
import dev.mcpgateway.controller.api.cache.WorldCache;
import dev.mcpgateway.controller.api.model.MCPGatewayExtension;
import dev.mcpgateway.webhook.Cluster;
import io.fabric8.kubeapitest.junit.EnableKubeAPIServer;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinitionBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Helm upgrades the webhook, but never the definitions it was first installed with. */
@EnableKubeAPIServer(
    apiServerFlags = {
      "--bind-address", "127.0.0.1",
      "--advertise-address", "127.0.0.1",
      "--endpoint-reconciler-type", "none"
    })
class OldDefinitionsIT {
  // Set by the extension before any test runs.
  @SuppressWarnings("NullAway.Init")
  static KubernetesClient client;

  @Test
  void aGatewayIsTakenAlsoWhereItsNamespaceCannotBeSelected() throws Exception {
    Cluster cluster = new Cluster(client);
    cluster.installCrds();
    cluster.namespaces("gateway-system", "team-a", "team-b");
    cluster.gateway("gateway-system", "gw");
    cluster.grant("team-a", "gateway-system", "gw");
    client.resource(Cluster.extension("team-a", "a", "gateway-system", "gw")).create();
    client.resource(Cluster.extension("team-b", "namesake", "team-b", "gw")).create();
    onlyTheNameIsSelectable();
    AdmissionCase claim =
        Reviews.creation(Reviews.extension("gateway-system/late", "gateway-system/gw"));
    AdmissionCase free = Reviews.creation(Reviews.extension("gateway-system/late", "team-a/gw"));
    try (var cache =
            new WorldCache(
                client, Set.of(WatchedKind.GATEWAY, WatchedKind.GRANT), Set.of(), change -> {});
        var observer = new AdmissionObserver(client, cache)) {
      cache.start();
      await().atMost(Duration.ofSeconds(30)).until(cache::synced);
      var view = observer.observe(claim, Deadline.in(Duration.ofSeconds(30)));
      assertThat(AdmissionDecider.decide(claim, view).rule()).isEqualTo("GatewayTaken");
      view = observer.observe(free, Deadline.in(Duration.ofSeconds(30)));
      assertThat(AdmissionDecider.decide(free, view).allowed()).as("a namesake").isTrue();
    }
  }

  private static void onlyTheNameIsSelectable() {
    client
        .apiextensions()
        .v1()
        .customResourceDefinitions()
        .withName("mcpgatewayextensions.mcp.kagenti.com")
        .edit(definition ->
            new CustomResourceDefinitionBuilder(definition)
                .editSpec()
                .editFirstVersion()
                .removeMatchingFromSelectableFields(
                    field -> field.getJsonPath().equals(".spec.targetRef.namespace"))
                .endVersion()
                .endSpec()
                .build());
    await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(() ->
            assertThatExceptionOfType(KubernetesClientException.class)
                .isThrownBy(() ->
                    client
                        .resources(MCPGatewayExtension.class)
                        .inAnyNamespace()
                        .withField("spec.targetRef.namespace", "any")
                        .list())
                .matches(e -> e.getCode() == 400));
  }
}
