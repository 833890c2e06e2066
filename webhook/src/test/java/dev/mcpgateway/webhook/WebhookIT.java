package dev.mcpgateway.webhook;

import static dev.mcpgateway.webhook.Cluster.extension;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.mcpgateway.controller.api.model.ExtensionSpec;
import dev.mcpgateway.controller.api.model.ExtensionStatus;
import dev.mcpgateway.controller.api.model.MCPGatewayExtension;
import dev.mcpgateway.controller.api.model.TargetRef;
import io.fabric8.kubeapitest.junit.EnableKubeAPIServer;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.KubernetesResourceList;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinitionBuilder;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinitionVersionBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.MixedOperation;
import io.fabric8.kubernetes.client.dsl.Resource;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * The whole webhook behind a real API server, which calls it through a real
 * ValidatingWebhookConfiguration with failure policy {@code Fail}.
 */
@EnableKubeAPIServer(
    apiServerFlags = {
      "--bind-address", "127.0.0.1",
      "--advertise-address", "127.0.0.1",
      "--endpoint-reconciler-type", "none"
    })
class WebhookIT {
  private static final String SYSTEM = "gateway-system";
  private static final String CONFIGURATION = "mcp-webhook";
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  // Set by the extension before any test runs.
  @SuppressWarnings("NullAway.Init")
  static KubernetesClient client;

  // Set before any test runs.
  @SuppressWarnings("NullAway.Init")
  private static Cluster cluster;

  /** The longest there is: fifty reviews at once are slow on a small machine, and none may fail. */
  private static final int PATIENT_SECONDS = 30;

  // Set before any test runs.
  @SuppressWarnings("NullAway.Init")
  private static RunningWebhook webhook;

  @BeforeAll
  static void start() throws IOException {
    cluster = new Cluster(client);
    cluster.installCrds();
    cluster.namespaces("mcp-system", SYSTEM, "team-a", "team-b", "team-c");
    cluster.gatewayClass("istio");
    cluster.gateway(SYSTEM, "gw");
    cluster.gateway(SYSTEM, "other");
    cluster.gateway("team-a", "gw");
    cluster.gateway("team-b", "gw");
    for (String team : List.of("team-a", "team-b")) {
      cluster.grant(team, SYSTEM, "gw");
      cluster.grant(team, SYSTEM, "other");
    }
    cluster.emptySecret("mcp-system", "webhook-tls");
    webhook = new RunningWebhook(client, Clock.systemUTC(), "webhook-tls");
    cluster.webhookConfiguration(CONFIGURATION, webhook.port(), "Fail", PATIENT_SECONDS);
    awaitCalled();
  }

  @AfterAll
  static void stop() {
    webhook.close();
  }

  @AfterEach
  void removeExtensions() {
    extensions()
        .inAnyNamespace()
        .list()
        .getItems()
        .forEach(e -> {
          client.resource(finalizers(e)).update();
          client.resource(e).delete();
        });
    await().atMost(PATIENCE).until(() -> extensions().inAnyNamespace().list().getItems().isEmpty());
  }

  @Test
  void w01ASecondExtensionOfTheNamespaceIsForbiddenByName() {
    client.resource(extension("team-a", "first", SYSTEM, "gw")).create();
    assertForbidden(
        () -> client.resource(extension("team-a", "second", null, "gw")).create(),
        "admission webhook \"vmcpgatewayextension.mcp.kagenti.com\" denied the request: Namespace team-a already has"
            + " the MCPGatewayExtension team-a/first, and a namespace can have only one.");
    assertThat(stored("team-a", "second")).isNull();
  }

  @Test
  void w02AClaimOnATakenGatewayIsForbiddenWithoutNamingItsOwner() {
    client.resource(extension("team-a", "first", SYSTEM, "gw")).create();
    assertForbidden(
        () -> client.resource(extension("team-b", "second", SYSTEM, "gw")).create(),
        "Gateway gateway-system/gw is already the target of another MCPGatewayExtension, and a Gateway can serve only"
            + " one. Point spec.targetRef at another Gateway, or have the other extension removed first.",
        "team-a");
    assertThat(stored("team-b", "second")).isNull();
  }

  @Test
  void w03AnOmittedNamespaceAndTheOwnOneAreTheSameClaim() {
    cluster.grant("team-b", "team-a", "gw");
    client.resource(extension("team-b", "foreign", "team-a", "gw")).create();
    assertForbidden(
        () -> client.resource(extension("team-a", "own", null, "gw")).create(),
        "Gateway team-a/gw is already the target");
    assertForbidden(
        () -> client.resource(extension("team-a", "own", "team-a", "gw")).create(),
        "Gateway team-a/gw is already the target");
  }

  @Test
  void w04TheSameNameInTwoNamespacesIsTwoGateways() {
    client.resource(extension("team-a", "a", null, "gw")).create();
    client.resource(extension("team-b", "b", null, "gw")).create();
    assertThat(stored("team-b", "b")).isNotNull();
  }

  @Test
  void w05OfFiftyParallelCreatesAtLeastOneIsAdmittedAndRefusalsAreForbidden() throws Exception {
    List<String> teams = IntStream.range(0, 50).mapToObj(i -> "crowd-" + i).toList();
    cluster.namespaces(teams.toArray(String[]::new));
    teams.forEach(t -> cluster.grant(t, SYSTEM, "other"));
    // The usual client would repeat what the webhook failed to answer, until it does.
    try (var once = Caller.withoutRetries(client, Duration.ofMinutes(2));
        var executor = Executors.newVirtualThreadPerTaskExecutor()) {
      var codes =
          executor
              .invokeAll(
                  teams.stream()
                      .map(t ->
                          (Callable<Integer>) () -> code(once, extension(t, "e", SYSTEM, "other")))
                      .toList())
              .stream()
              .map(f -> f.resultNow())
              .toList();
      assertThat(codes).contains(201).isSubsetOf(201, 403);
      assertThat(code(once, extension("team-a", "late", SYSTEM, "other"))).isEqualTo(403);
    }
  }

  @Test
  void w07LabelsOfAConflictingObjectCanBeEdited() {
    conflict();
    assertThat(edit("team-b", "second", e -> labelled(e)).getMetadata().getLabels())
        .containsEntry("edited", "yes");
  }

  @Test
  void w08AnUpdateTowardsATakenGatewayIsForbiddenAndNothingChanges() {
    client.resource(extension("team-a", "first", SYSTEM, "gw")).create();
    client.resource(extension("team-b", "second", SYSTEM, "other")).create();
    assertForbidden(
        () -> edit("team-b", "second", e -> retargeted(e, "gw")),
        "Gateway gateway-system/gw is already the target");
    assertThat(target(stored("team-b", "second"))).isEqualTo("other");
  }

  @Test
  void w09AnUpdateTowardsAFreeGatewayIsAllowed() {
    conflict();
    edit("team-b", "second", e -> retargeted(e, "other"));
    assertThat(target(stored("team-b", "second"))).isEqualTo("other");
  }

  @Test
  void w10FinalizersOfAConflictingAndOfATerminatingObjectCanBeRemoved() {
    conflict();
    edit("team-b", "second", e -> finalizers(e, "test.example/hold"));
    client.resource(extension("team-b", "second", SYSTEM, "gw")).delete();
    assertThat(stored("team-b", "second")).isNotNull();
    edit("team-b", "second", e -> finalizers(e));
    await().until(() -> stored("team-b", "second") == null);
  }

  @Test
  void w11StatusIsWrittenWithoutTheWebhook() {
    conflict();
    cluster.webhookConfiguration(CONFIGURATION, 1, "Fail");
    try (var impatient = Caller.withoutRetries(client)) {
      // A dry run: an edit that still gets through must leave the next one something to change.
      var second =
          impatient
              .resources(MCPGatewayExtension.class)
              .inNamespace("team-b")
              .withName("second")
              .dryRun();
      await()
          .atMost(PATIENCE)
          .untilAsserted(() ->
              assertThatThrownBy(() -> second.edit(e -> retargeted(e, "away")))
                  .hasMessageContaining("failed calling webhook"));
      MCPGatewayExtension stored = extensions().inNamespace("team-b").withName("second").require();
      stored.setStatus(new ExtensionStatus(List.of(), 1, 2));
      client.resource(stored).updateStatus();
    } finally {
      cluster.webhookConfiguration(CONFIGURATION, webhook.port(), "Fail", PATIENT_SECONDS);
      awaitCalled();
    }
  }

  @Test
  void w12ADryRunIsJudgedAndStoresNothing() {
    client.resource(extension("team-a", "first", SYSTEM, "gw")).create();
    assertForbidden(
        () -> client.resource(extension("team-b", "second", SYSTEM, "gw")).dryRun().create(),
        "already the target");
    client.resource(extension("team-b", "second", SYSTEM, "other")).dryRun().create();
    assertThat(stored("team-b", "second")).isNull();
  }

  @Test
  void w13ASuccessorIsAdmittedWhileThePredecessorTerminates() {
    MCPGatewayExtension held = extension("team-a", "old", SYSTEM, "gw");
    client.resource(finalizers(held, "test.example/hold")).create();
    extensions().inNamespace("team-a").withName("old").delete();
    client.resource(extension("team-a", "new", SYSTEM, "gw")).create();
    assertThat(stored("team-a", "new")).isNotNull();
  }

  @Test
  void w14AGeneratedNameIsJudgedAndTheMessageMakesSense() {
    client.resource(extension("team-a", "first", SYSTEM, "gw")).create();
    MCPGatewayExtension unnamed = extension("team-a", "x", SYSTEM, "other");
    unnamed.getMetadata().setName(null);
    unnamed.getMetadata().setGenerateName("extension-");
    assertForbidden(
        () -> client.resource(unnamed).create(),
        "already has the MCPGatewayExtension team-a/first,");
  }

  @Test
  void w17AnObjectOfMebibytesIsJudgedLikeAnyOther() {
    client.resource(extension("team-a", "first", SYSTEM, "gw")).create();
    MCPGatewayExtension large = extension("team-b", "large", SYSTEM, "gw");
    // Their names stand in the managed fields once more.
    String padding = "x".repeat(50);
    large
        .getMetadata()
        .setFinalizers(
            IntStream.range(0, 20_000).mapToObj(i -> "test.example/" + padding + i).toList());
    assertForbidden(
        () -> client.resource(large).dryRun().create(),
        "Gateway gateway-system/gw is already the target");
    large.setSpec(new ExtensionSpec(new TargetRef(null, null, "other", SYSTEM)));
    client.resource(large).dryRun().create();
  }

  @Test
  void w23AWipedBundleIsRestored() {
    client
        .admissionRegistration()
        .v1()
        .validatingWebhookConfigurations()
        .withName(CONFIGURATION)
        .edit(c -> {
          c.getWebhooks().getFirst().getClientConfig().setCaBundle(null);
          return c;
        });
    await().atMost(PATIENCE).until(() -> bundle() != null);
    awaitCalled();
  }

  @Test
  void w29ARequestInAnotherServedVersionIsJudgedTheSame() {
    client.resource(extension("team-a", "first", SYSTEM, "gw")).create();
    serveSecondVersion();
    var second = new GenericKubernetesResource();
    second.setApiVersion("mcp.kagenti.com/v1alpha2");
    second.setKind("MCPGatewayExtension");
    second.setMetadata(new ObjectMetaBuilder().withNamespace("team-b").withName("second").build());
    second.setAdditionalProperty(
        "spec", Map.of("targetRef", Map.of("name", "gw", "namespace", SYSTEM)));
    await()
        .atMost(PATIENCE)
        .untilAsserted(() ->
            assertForbidden(
                () -> client.resource(second).create(),
                "Gateway gateway-system/gw is already the target"));
  }

  @Test
  void w30AClaimWithoutAGrantBlocksNobodyAndBothAreAdmitted() {
    client.resource(extension("team-c", "squatter", SYSTEM, "gw")).create();
    client.resource(extension("team-a", "granted", SYSTEM, "gw")).create();
    assertForbidden(
        () -> client.resource(extension("team-b", "late", SYSTEM, "gw")).create(),
        "already the target");
  }

  @Test
  void probesAndMetricsAnswer() throws Exception {
    assertThat(webhook.management("/healthz").statusCode()).isEqualTo(200);
    assertThat(webhook.management("/readyz").body()).isEqualTo("ok\n");
    client.resource(extension("team-a", "first", SYSTEM, "gw")).create();
    // Known as soon as the configuration has been looked at.
    await()
        .atMost(PATIENCE)
        .until(() ->
            webhook.management("/metrics").body().contains("mcp_webhook_failure_policy_fail 1.0"));
    assertThat(webhook.management("/metrics").body())
        .contains(
            "mcp_webhook_review_seconds_bucket{kind=\"MCPGatewayExtension\",operation=\"CREATE\",verdict=\"allowed\",le=\"+Inf\"}")
        .contains(
            "mcp_webhook_reviews_total{kind=\"MCPGatewayExtension\",operation=\"CREATE\",rule=\"None\",verdict=\"allowed\"}");
  }

  @Test
  void aSecondReplicaTakesTheCertificateOfTheFirst() throws Exception {
    String before = bundle();
    try (var replica = new RunningWebhook(client, Clock.systemUTC(), "webhook-tls")) {
      await()
          .atMost(PATIENCE)
          .untilAsserted(
              () -> assertThat(replica.management("/readyz").statusCode()).isEqualTo(200));
      assertThat(bundle()).isEqualTo(before);
    }
  }

  /** A variant of the CRD that exists only here: the same schema under a second name. */
  private static void serveSecondVersion() {
    client
        .apiextensions()
        .v1()
        .customResourceDefinitions()
        .withName("mcpgatewayextensions.mcp.kagenti.com")
        .edit(crd ->
            new CustomResourceDefinitionBuilder(crd)
                .editSpec()
                .addToVersions(
                    new CustomResourceDefinitionVersionBuilder(
                            crd.getSpec().getVersions().getFirst())
                        .withName("v1alpha2")
                        .withStorage(false)
                        .build())
                .endSpec()
                .build());
  }

  /** Two extensions on one Gateway, as two simultaneous creates leave them. */
  private static void conflict() {
    client.resource(extension("team-a", "first", SYSTEM, "gw")).create();
    client
        .admissionRegistration()
        .v1()
        .validatingWebhookConfigurations()
        .withName(CONFIGURATION)
        .delete();
    await()
        .atMost(PATIENCE)
        .until(() -> code(client, extension("team-b", "second", SYSTEM, "gw")) == 201);
    cluster.webhookConfiguration(CONFIGURATION, webhook.port(), "Fail", PATIENT_SECONDS);
    awaitCalled();
  }

  /** Waits until the API server has taken over configuration and bundle. */
  private static void awaitCalled() {
    await()
        .atMost(PATIENCE)
        .untilAsserted(() -> {
          assertThat(bundle()).isNotNull();
          // Nobody but the webhook refuses the reserved name.
          assertForbidden(
              () ->
                  client
                      .resource(extension("team-c", "admission-self-test", SYSTEM, "free"))
                      .dryRun()
                      .create(),
              "denied the request");
          assertThat(webhook.management("/readyz").statusCode()).isEqualTo(200);
        });
  }

  private static @Nullable String bundle() {
    return client
        .admissionRegistration()
        .v1()
        .validatingWebhookConfigurations()
        .withName(CONFIGURATION)
        .require()
        .getWebhooks()
        .getFirst()
        .getClientConfig()
        .getCaBundle();
  }

  private static void assertForbidden(Callable<?> call, String says, String... neverSays) {
    assertThatThrownBy(call::call)
        .isInstanceOfSatisfying(
            KubernetesClientException.class, e -> assertThat(e.getCode()).isEqualTo(403))
        .satisfies(e -> {
          String message = ((KubernetesClientException) e).getStatus().getMessage();
          assertThat(message).contains(says);
          List.of(neverSays).forEach(w -> assertThat(message).doesNotContain(w));
        });
  }

  private static int code(KubernetesClient as, MCPGatewayExtension extension) {
    try {
      as.resource(extension).create();
      return 201;
    } catch (KubernetesClientException e) {
      return e.getCode();
    }
  }

  private static MCPGatewayExtension edit(
      String namespace, String name, UnaryOperator<MCPGatewayExtension> change) {
    return extensions().inNamespace(namespace).withName(name).edit(change);
  }

  private static @Nullable MCPGatewayExtension stored(String namespace, String name) {
    return extensions().inNamespace(namespace).withName(name).get();
  }

  private static MixedOperation<
          MCPGatewayExtension,
          KubernetesResourceList<MCPGatewayExtension>,
          Resource<MCPGatewayExtension>>
      extensions() {
    return client.resources(MCPGatewayExtension.class);
  }

  private static @Nullable String target(@Nullable MCPGatewayExtension extension) {
    return extension == null
            || extension.getSpec() == null
            || extension.getSpec().targetRef() == null
        ? null
        : extension.getSpec().targetRef().name();
  }

  private static MCPGatewayExtension retargeted(MCPGatewayExtension extension, String gateway) {
    extension.setSpec(new ExtensionSpec(new TargetRef(null, null, gateway, SYSTEM)));
    return extension;
  }

  private static MCPGatewayExtension labelled(MCPGatewayExtension extension) {
    extension.getMetadata().setLabels(Map.of("edited", "yes"));
    return extension;
  }

  private static MCPGatewayExtension finalizers(MCPGatewayExtension extension, String... names) {
    extension.getMetadata().setFinalizers(List.of(names));
    return extension;
  }
}
