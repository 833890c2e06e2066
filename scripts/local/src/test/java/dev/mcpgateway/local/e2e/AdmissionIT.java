package dev.mcpgateway.local.e2e;

import static java.util.stream.Collectors.toMap;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mcpgateway.local.LocalPlatform;
import dev.mcpgateway.local.Options;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/**
 * Admission as it is operated: two replicas behind a Service, installed, upgraded, restarted,
 * killed and removed by helm and kubectl, with both kinds of certificates. Tests stand on what
 * those before them have installed; names begin with the row of the failure catalogue.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class AdmissionIT {
  private static final Path CHECKOUT = Path.of("../..").toAbsolutePath().normalize();
  private static final String REFUSAL = "Namespace team-a already has the MCPGatewayExtension";
  private static final String ADMITTED = "admitted";
  private static final int CROWD = 50;

  private final LocalPlatform platform;
  private final Guide guide;
  private final WebhookRelease webhook;
  private final Path home;

  AdmissionIT(@TempDir Path folder) throws IOException {
    home = folder;
    platform =
        LocalPlatform.start(
            folder.resolve("platform"),
            Options.fromEnvironment()
                .with("REPO", CHECKOUT.toString())
                .withImages(
                    CHECKOUT.resolve("scripts/local/images.yaml"),
                    CHECKOUT.resolve("scripts/demo/images.yaml")));
    guide = new Guide(CHECKOUT, platform.kubeconfig());
    webhook = new WebhookRelease(guide, "mcp-system", "mcp-controller");
  }

  @BeforeAll
  void awaitilityDefaults() {
    Awaitility.setDefaultTimeout(Duration.ofSeconds(90));
    Awaitility.setDefaultPollInterval(Duration.ofMillis(200));
  }

  @AfterAll
  void stop() {
    platform.close();
  }

  @Test
  @Order(1)
  void w24HelmInstallsWaitsAndUpgradesAndThePolicyIsPromotedOnceDenialsAreProven() {
    guide.installCrds();
    guide.installController("--wait", "--timeout=220s").orFail();
    webhook.awaitPromotion();
    guide
        .installController(
            "--wait", "--timeout=220s", "--set", "webhook.podAnnotations.upgraded=yes")
        .orFail();
    assertThat(webhook.policy()).as("an upgrade keeps what was promoted").isEqualTo("Fail");
    guide.installTeam("team-a", "--wait", "--timeout=220s").orFail();
    guide.waitFor("Ready", "mcpgatewayextension/team-a-mcp-gateway", "team-a");
    Shell.Result dryRun =
        guide.kubectl("create", "--dry-run=server", "-f", "scripts/demo/second-in-team-a.yaml");
    assertThat(dryRun.ok()).isFalse();
    assertThat(dryRun.output()).contains(REFUSAL);
  }

  @Test
  @Order(2)
  void w21RollingRestartOfTwoReplicasUnderLoadFailsNoCall() throws Exception {
    webhook.awaitPods(2);
    try (Load load = load()) {
      webhook.restart();
      load.awaitMore(30);
    }
  }

  @Test
  @Order(3)
  void w22CertificateAndAuthorityRotateUnderLoadAndFailNoCall() throws Exception {
    // Two thirds of a life make an authority old: every forty seconds there is a new one.
    installWithNewAuthority(
        "CERTIFICATE_CA_dash_LIFETIME=PT60S",
        "CERTIFICATE_LEAF_dash_LIFETIME=PT45S",
        "CERTIFICATE_OVERLAP=PT5S",
        "CERTIFICATE_CHECK_dash_INTERVAL=PT1S");
    try (Load load = load()) {
      String authority = webhook.secret("ca\\.crt");
      String certificate = webhook.secret("tls\\.crt");
      await().until(() -> !webhook.secret("ca\\.crt").equals(authority));
      await().until(() -> !webhook.secret("tls\\.crt").equals(certificate));
      String next = webhook.secret("ca\\.crt");
      await().until(() -> !webhook.secret("ca\\.crt").equals(next));
      load.awaitMore(30);
    }
  }

  @Test
  @Order(4)
  void w10ANamespaceWithAConflictAndAFinalizerVanishesUnderFailWhileNoWebhookAnswers()
      throws Exception {
    guide.kubectl("create", "namespace", "leaving").orFail();
    apply(
        """
        apiVersion: mcp.kagenti.com/v1alpha1
        kind: MCPGatewayExtension
        metadata: {name: leaving, namespace: leaving}
        spec: {targetRef: {name: nowhere}}
        ---
        apiVersion: mcp.kagenti.com/v1alpha1
        kind: MCPServerRegistration
        metadata: {name: leaving, namespace: leaving}
        spec: {targetRef: {name: nowhere}, toolPrefix: leaving_}
        ---
        apiVersion: mcp.kagenti.com/v1alpha1
        kind: MCPVirtualServer
        metadata: {name: leaving, namespace: leaving}
        spec: {tools: [leaving_tool]}
        """);
    assertThat(webhook.policy()).isEqualTo("Fail");
    webhook.scale(0);
    // A conflict that nobody refused, and something that waits for its own finalizer.
    guide.patchPolicy("Ignore");
    HasMetadata second = claim("leaving", "second", "team-a-gateway");
    second.getMetadata().setFinalizers(List.of("test.example/hold"));
    try (KubernetesClient client = Load.withoutRetries(platform.client())) {
      await().ignoreExceptions().until(() -> client.resource(second).create() != null);
      guide.patchPolicy("Fail");
      await()
          .untilAsserted(() ->
              assertThat(refusal(client, claim("leaving", "third", "nowhere")))
                  .contains("failed calling webhook"));
    }
    guide.kubectl("delete", "namespace", "leaving", "--wait=false").orFail();
    guide
        .kubectl(
            "patch",
            "mcpgatewayextension",
            "second",
            "-n",
            "leaving",
            "--type=merge",
            "-p",
            "{\"metadata\":{\"finalizers\":null}}")
        .orFail();
    guide.kubectl("wait", "--for=delete", "namespace/leaving", "--timeout=30s").orFail();
  }

  @Test
  @Order(5)
  void w20WithoutItsWebhookAClusterRefusesClearlyUnderFailAndLetsThroughUnderIgnore() {
    webhook.scale(0);
    HasMetadata claim = claim("team-a", "while-away", "team-a-gateway");
    try (KubernetesClient client = Load.withoutRetries(platform.client())) {
      assertThat(refusal(client, claim))
          .contains("failed calling webhook", "vmcpgatewayextension.mcp.kagenti.com");
      guide.patchPolicy("Ignore");
      await().ignoreExceptions().until(() -> client.resource(claim).create() != null);
    }
    await()
        .untilAsserted(() ->
            assertThat(ready("while-away", "team-a"))
                .startsWith("False InvalidMCPGatewayExtension conflict"));
    assertThat(ready("team-a-mcp-gateway", "team-a")).startsWith("True");
    guide.kubectl("delete", "mcpgatewayextension", "while-away", "-n", "team-a").orFail();
    // From here on with the usual lifetimes.
    installWithNewAuthority();
    webhook.awaitPromotion();
    try (KubernetesClient client = Load.withoutRetries(platform.client())) {
      assertThat(refusal(client, claim)).contains(REFUSAL);
    }
  }

  @Test
  @Order(6)
  void w05FiftyParallelCreatesForOneGatewayEndWithExactlyOneReady() throws Exception {
    List<String> crowd = IntStream.range(0, CROWD).mapToObj("crowd-%02d"::formatted).toList();
    gateway("wanted");
    // A ReferenceGrant lists at most sixteen namespaces.
    for (int from = 0; from < CROWD; from += 16) {
      grant("wanted", from, crowd.subList(from, Math.min(CROWD, from + 16)));
    }
    crowd.forEach(namespace -> guide.kubectl("create", "namespace", namespace).orFail());
    Map<String, String> refused = new ConcurrentHashMap<>();
    CountDownLatch together = new CountDownLatch(1);
    List<Thread> creators = new ArrayList<>();
    try (KubernetesClient client = Load.withoutRetries(platform.client())) {
      for (String namespace : crowd) {
        creators.add(
            Thread.ofVirtual()
                .start(() ->
                    refusedOnce(client, together, claim(namespace, "claim", "wanted"))
                        .ifPresent(message -> refused.put(namespace, message))));
      }
      together.countDown();
      for (Thread creator : creators) {
        creator.join();
      }
    }
    assertThat(refused)
        .allSatisfy((namespace, message) ->
            assertThat(message.replace(namespace, "its own"))
                .contains("Gateway gateway-system/wanted is already the target")
                .as("nobody is told who holds it")
                .doesNotContain("crowd-"));
    int admitted = CROWD - refused.size();
    assertThat(admitted).isPositive();
    await()
        .untilAsserted(() -> {
          List<String> verdicts = crowdReady();
          assertThat(verdicts).hasSize(admitted);
          assertThat(verdicts.stream().filter(v -> v.startsWith("True"))).hasSize(1);
          assertThat(
                  verdicts.stream().filter(v -> v.startsWith("False InvalidMCPGatewayExtension")))
              .hasSize(admitted - 1);
        });
    guide.kubectl("delete", "mcpgatewayextension", "-A", "-l", "crowd=yes").orFail();
  }

  @Test
  @Order(7)
  void aConflictingHelmInstallIsRefusedAndTheWinnersCallsNeverNotice() throws Exception {
    guide.kubectl("apply", "-f", "scripts/demo/team-a-server.yaml").orFail();
    guide.waitFor("Ready", "mcpserverregistration/everything", "team-a");
    await().ignoreExceptions().untilAsserted(() -> assertThat(tools()).contains("everything_echo"));
    guide.kubectl("create", "namespace", "team-c").orFail();
    try (Load load =
        Load.ofToolCalls(
            http(), "everything_echo", "{\"message\":\"undisturbed\"}", "undisturbed")) {
      refusedInstall(
          "vinstancefilter.mcp.kagenti.com",
          "envoyFilter.create=true",
          "envoyFilter.name=router-of-team-c");
      load.awaitMore(20);
      refusedInstall("vmcpgatewayextension.mcp.kagenti.com", "envoyFilter.create=false");
      load.awaitMore(20);
    }
  }

  @Test
  @Order(8)
  void w24UninstallLeavesNoConfigurationAndBlocksNoDeletion() {
    guide.helm("uninstall", "mcp-controller", "-n", "mcp-system", "--wait").orFail();
    assertThat(guide.kubectl("get", "validatingwebhookconfigurations", "-o", "name").orFail())
        .doesNotContain("mcp-gateway");
    guide
        .kubectl("delete", "mcpserverregistration", "everything", "-n", "team-a", "--timeout=20s")
        .orFail();
    guide.kubectl("delete", "namespace", "team-c", "mcp-system", "--timeout=220s").orFail();
  }

  @Test
  @Order(9)
  void w22WithCertManagerFromHelmInstallToADenialAndThroughRenewalUnderLoad() throws Exception {
    guide.kubectl("apply", "-f", Guide.tool("CERT_MANAGER_CRDS")).orFail();
    guide.kubectl("apply", "-f", "scripts/local/cert-manager.yaml").orFail();
    guide
        .kubectl(
            "rollout",
            "status",
            "deployment",
            "cert-manager",
            "-n",
            "cert-manager",
            "--timeout=220s")
        .orFail();
    guide
        .installController("--set", "webhook.certificates=cert-manager", "--wait", "--timeout=220s")
        .orFail();
    guide.waitFor("Ready", "certificate/" + webhook.name(), "mcp-system");
    webhook.awaitPromotion();
    try (Load load = load()) {
      Map<String, String> expiries =
          webhook.pods().stream().collect(toMap(pod -> pod, webhook::expiry));
      // What `cmctl renew` does.
      guide
          .kubectl(
              "patch",
              "certificate",
              webhook.name(),
              "-n",
              "mcp-system",
              "--subresource=status",
              "--type=merge",
              "-p",
              """
              {"status":{"conditions":[{"type":"Issuing","status":"True","reason":"ManuallyTriggered",
              "message":"renewed by a test","lastTransitionTime":"2026-01-01T00:00:00Z"}]}}
              """)
          .orFail();
      // A renewed certificate begins when it is made and is valid as long as the one before.
      expiries.forEach((pod, before) -> await().until(() -> !webhook.expiry(pod).equals(before)));
      // The API server keeps its connections; now it must make one to a pod that has reloaded.
      webhook.replace(expiries.keySet().iterator().next());
      load.awaitMore(30);
    }
  }

  @Test
  @Order(10)
  void w22TheKindOfCertificatesIsChangedThereAndBackInTheDocumentedOrder() {
    String theirs = issued();
    for (String kind : List.of("self-managed", "cert-manager")) {
      String certificates = "webhook.certificates=" + kind;
      guide
          .installController(
              "--set",
              certificates,
              "--set",
              "webhook.failurePolicy=Ignore",
              "--wait",
              "--timeout=220s")
          .orFail();
      awaitRefusal();
      assertThat(webhook.policy()).isEqualTo("Ignore");
      guide.installController("--set", certificates, "--wait", "--timeout=220s").orFail();
      webhook.awaitPromotion();
      awaitRefusal();
      assertThat(issued()).as("cert-manager's own").isEqualTo(theirs);
    }
    guide.helm("uninstall", "mcp-controller", "-n", "mcp-system", "--wait").orFail();
  }

  @Test
  @Order(11)
  void w24OneReleaseWithWebhookAndExtensionIsInstalledUpgradedAndRemovedAndLeavesNothing()
      throws Exception {
    // What is of no use any more goes beside what follows.
    guide.kubectl("delete", "namespace", "mcp-system", "--wait=false").orFail();
    WebhookRelease own = new WebhookRelease(guide, "solo", "solo");
    guide.installAll("solo", "--wait", "--timeout=220s").orFail();
    guide.waitFor("Ready", "mcpgatewayextension/solo-mcp-gateway", "solo");
    own.awaitPromotion();
    guide.installAll("solo", "--set", "broker.replicas=2", "--wait", "--timeout=220s").orFail();
    assertThat(own.policy()).as("an upgrade keeps what was promoted").isEqualTo("Fail");
    try (KubernetesClient client = Load.withoutRetries(platform.client())) {
      assertThat(refusal(client, claim("solo", "second", "team-a-gateway")))
          .contains("Namespace solo already has the MCPGatewayExtension solo/solo-mcp-gateway");
    }

    // A team goes while the control plane lives, then the control plane, the kinds last.
    guide.helm("uninstall", "team-a-mcp-gateway", "-n", "team-a").orFail();
    await()
        .untilAsserted(() ->
            assertThat(guide.kubectl("get", "secrets", "-n", "team-a", "-o", "name").orFail())
                .as("the team's configuration and keys go with its extension")
                .doesNotContain("mcp-gateway"));
    guide.kubectl("delete", "namespace", "team-a", "--wait=false").orFail();
    assertThat(guide.ready("mcpgatewayextension/solo-mcp-gateway", "solo")).startsWith("True");
    guide.helm("uninstall", "solo", "-n", "solo", "--wait").orFail();
    guide.kubectl("delete", "namespace", "solo", "--timeout=220s").orFail();
    for (String gone : List.of("mcp-system", "team-a")) {
      guide.kubectl("wait", "--for=delete", "namespace/" + gone, "--timeout=220s").orFail();
    }
    guide.kubectl("delete", "-k", "manifests/crds", "--timeout=220s").orFail();
    assertThat(
            guide
                .kubectl(
                    "get",
                    "crds,clusterroles,clusterrolebindings,validatingwebhookconfigurations",
                    "-o",
                    "name")
                .orFail())
        .doesNotContain("mcp-gateway", "mcp.kagenti.com");
    assertThat(
            guide
                .kubectl(
                    "get", "referencegrants,envoyfilters", "-n", "gateway-system", "-o", "name")
                .orFail())
        .doesNotContain("team-a", "solo", "router");
  }

  private Load load() {
    return Load.ofRefusals(
        platform.client(), claim("team-a", "another", "some-other-gateway"), REFUSAL);
  }

  /** Refused by this entry, before anything of it was in team A's Gateway; then cleaned up. */
  private void refusedInstall(String entry, String... values) {
    String[] flags =
        Stream.of(values).flatMap(value -> Stream.of("--set", value)).toArray(String[]::new);
    Shell.Result install = guide.installOnto("team-a-gateway", "team-c", flags);
    assertThat(install.ok()).isFalse();
    assertThat(install.output())
        .contains("gateway-system/team-a-gateway", "\"" + entry + "\" denied the request");
    assertThat(guide.kubectl("get", "envoyfilters", "-n", "gateway-system", "-o", "name").orFail())
        .as("only team A's router is in its Gateway")
        .hasLineCount(1);
    guide.helm("uninstall", "team-c-mcp-gateway", "-n", "team-c").orFail();
  }

  /**
   * A create with all the others; nothing when it was admitted. A review that fifty at once have
   * made late is asked for again: who wins is the point, not how fast this machine is. A webhook
   * that fails every time has failed.
   */
  private static Optional<String> refusedOnce(
      KubernetesClient client, CountDownLatch together, HasMetadata object) {
    try {
      together.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
    String answer = refusal(client, object);
    for (int again = 0; again < 4 && answer.contains("failed calling webhook"); again++) {
      answer = refusal(client, object);
    }
    return answer.equals(ADMITTED) ? Optional.empty() : Optional.of(answer);
  }

  private HasMetadata claim(String namespace, String name, String gateway) {
    return platform
        .client()
        .getKubernetesSerialization()
        .unmarshal(
            """
            apiVersion: mcp.kagenti.com/v1alpha1
            kind: MCPGatewayExtension
            metadata: {name: %s, namespace: %s, labels: {crowd: "yes"}}
            spec:
              targetRef: {group: gateway.networking.k8s.io, kind: Gateway, name: %s, namespace: gateway-system}
            """
                .formatted(name, namespace, gateway));
  }

  private void gateway(String name) throws IOException {
    apply(
        """
        apiVersion: gateway.networking.k8s.io/v1
        kind: Gateway
        metadata: {name: %s, namespace: gateway-system}
        spec:
          gatewayClassName: istio
          listeners: [{name: mcp, port: 8080, protocol: HTTP}]
        """
            .formatted(name));
  }

  private void grant(String gateway, int number, List<String> namespaces) throws IOException {
    StringBuilder from = new StringBuilder();
    for (String namespace : namespaces) {
      from.append(
          "    - {group: mcp.kagenti.com, kind: MCPGatewayExtension, namespace: %s}\n"
              .formatted(namespace));
    }
    apply(
        """
        apiVersion: gateway.networking.k8s.io/v1beta1
        kind: ReferenceGrant
        metadata: {name: allow-%1$s-%2$d, namespace: gateway-system}
        spec:
          to: [{group: gateway.networking.k8s.io, kind: Gateway, name: %1$s}]
          from:
        %3$s\
        """
            .formatted(gateway, number, from));
  }

  private void apply(String yaml) throws IOException {
    Path file = Files.writeString(home.resolve("apply.yaml"), yaml);
    guide.kubectl("apply", "-f", file.toString()).orFail();
  }

  /**
   * The webhook starts with an authority made under these settings.
   *
   * @param environment {@code NAME=value}
   */
  private void installWithNewAuthority(String... environment) {
    webhook.forgetCertificates();
    List<String> flags = new ArrayList<>();
    for (int i = 0; i < environment.length; i++) {
      String[] parts = environment[i].split("=", 2);
      flags.add("--set");
      flags.add("webhook.extraEnv[%d].name=%s".formatted(i, parts[0]));
      flags.add("--set");
      flags.add("webhook.extraEnv[%d].value=%s".formatted(i, parts[1]));
    }
    guide.installController(flags.toArray(String[]::new)).orFail();
    webhook.scale(2);
    awaitRefusal();
  }

  private void awaitRefusal() {
    await()
        .untilAsserted(() ->
            assertThat(
                    guide
                        .kubectl(
                            "create",
                            "--dry-run=server",
                            "-f",
                            "scripts/demo/second-in-team-a.yaml")
                        .output())
                .contains(REFUSAL));
  }

  private static String refusal(KubernetesClient client, HasMetadata object) {
    try {
      client.resource(object).create();
      return ADMITTED;
    } catch (KubernetesClientException e) {
      return String.valueOf(e.getMessage());
    }
  }

  /** The certificate from cert-manager. */
  private String issued() {
    return guide.get(
        "secret/" + webhook.name() + "-cert-manager-tls", "mcp-system", "{.data.tls\\.crt}");
  }

  private List<String> crowdReady() {
    return guide
        .kubectl(
            "get",
            "mcpgatewayextensions",
            "-A",
            "-l",
            "crowd=yes",
            "-o",
            "jsonpath={range .items[*]}{range .status.conditions[?(@.type==\"Ready\")]}{.status} {.reason}{end}{\"\\n\"}{end}")
        .orFail()
        .lines()
        .toList();
  }

  private String ready(String extension, String namespace) {
    return guide.ready("mcpgatewayextension/" + extension, namespace);
  }

  private McpHttp http() {
    return new McpHttp(platform.url("gateway-system", "team-a-gateway"), Guide.host("team-a"));
  }

  private String tools() throws IOException, InterruptedException {
    try (McpHttp client = http()) {
      return client.list(client.open()).body();
    }
  }
}
