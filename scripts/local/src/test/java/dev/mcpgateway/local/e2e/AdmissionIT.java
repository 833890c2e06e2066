package dev.mcpgateway.local.e2e;

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
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
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
  private static final String WEBHOOK = "mcp-controller-mcp-gateway-webhook";
  private static final String REFUSAL = "Namespace team-a already has the MCPGatewayExtension";
  private static final int CROWD = 50;

  private final LocalPlatform platform;
  private final Guide guide;
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
    guide.installController("--wait", "--timeout=90s").orFail();
    await().untilAsserted(() -> assertThat(policy()).isEqualTo("Fail"));
    guide.installController("--wait", "--timeout=90s", "--set", "webhook.replicas=2").orFail();
    assertThat(policy()).as("an upgrade keeps what was promoted").isEqualTo("Fail");
    guide.installTeam("team-a", "--wait", "--timeout=90s").orFail();
    guide.waitFor("Ready", "mcpgatewayextension/team-a-mcp-gateway", "team-a");
    Shell.Result dryRun =
        guide.kubectl("create", "--dry-run=server", "-f", "scripts/demo/second-in-team-a.yaml");
    assertThat(dryRun.ok()).isFalse();
    assertThat(dryRun.output()).contains(REFUSAL);
  }

  @Test
  @Order(2)
  void w21RollingRestartUnderLoadFailsNoCall() throws Exception {
    try (AdmissionLoad load = load()) {
      guide.kubectl("rollout", "restart", "deployment", WEBHOOK, "-n", "mcp-system").orFail();
      rolledOut();
      load.awaitMore(30);
      load.assertNoneFailed();
    }
  }

  @Test
  @Order(3)
  void w22CertificateAndAuthorityRotateUnderLoadAndFailNoCall() throws Exception {
    // Two thirds of a life make an authority old: every twenty seconds there is a new one.
    newAuthorityWith(
        "CERTIFICATE_CA_dash_LIFETIME=PT30S",
        "CERTIFICATE_LEAF_dash_LIFETIME=PT20S",
        "CERTIFICATE_OVERLAP=PT2S",
        "CERTIFICATE_CHECK_dash_INTERVAL=PT1S");
    try (AdmissionLoad load = load()) {
      String authority = secret("ca\\.crt");
      String certificate = secret("tls\\.crt");
      await().until(() -> !secret("ca\\.crt").equals(authority));
      await().until(() -> !secret("tls\\.crt").equals(certificate));
      String next = secret("ca\\.crt");
      await().until(() -> !secret("ca\\.crt").equals(next));
      load.awaitMore(30);
      load.assertNoneFailed();
    }
    newAuthorityWith();
  }

  @Test
  @Order(4)
  void w10ANamespaceVanishesUnderFailWhileNoWebhookAnswers() throws Exception {
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
    assertThat(policy()).isEqualTo("Fail");
    scaleWebhook(0);
    guide.kubectl("delete", "namespace", "leaving", "--timeout=90s").orFail();
    scaleWebhook(2);
  }

  @Test
  @Order(5)
  void w20AKilledWebhookRefusesClearlyUnderFailAndLetsThroughUnderIgnore() {
    scaleWebhook(0);
    HasMetadata claim = claim("team-a", "while-away", "team-a-gateway");
    try (KubernetesClient client = AdmissionLoad.withoutRetries(platform.client())) {
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
    scaleWebhook(2);
    await().untilAsserted(() -> assertThat(policy()).isEqualTo("Fail"));
    try (KubernetesClient client = AdmissionLoad.withoutRetries(platform.client())) {
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
    Queue<String> refused = new ConcurrentLinkedQueue<>();
    CountDownLatch together = new CountDownLatch(1);
    List<Thread> creators = new ArrayList<>();
    try (KubernetesClient client = AdmissionLoad.withoutRetries(platform.client())) {
      for (String namespace : crowd) {
        creators.add(
            Thread.ofVirtual()
                .start(() -> {
                  await().until(() -> together.getCount() == 0);
                  try {
                    client.resource(claim(namespace, "claim", "wanted")).create();
                  } catch (KubernetesClientException e) {
                    refused.add(String.valueOf(e.getMessage()));
                  }
                }));
      }
      together.countDown();
      for (Thread creator : creators) {
        creator.join();
      }
    }
    assertThat(refused)
        .allSatisfy(message ->
            assertThat(message)
                .contains("Gateway gateway-system/wanted is already the target")
                .doesNotContainPattern("crowd-\\d\\d/claim is already"));
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
    try (ToolLoad load =
        new ToolLoad(http(), "everything_echo", "{\"message\":\"undisturbed\"}", "undisturbed")) {
      for (String filter : List.of("true", "false")) {
        Shell.Result install =
            guide.helm(
                "upgrade",
                "-i",
                "team-c-mcp-gateway",
                "./charts/mcp-gateway",
                "--namespace",
                "team-c",
                "--set",
                "controller.enabled=false",
                "--set",
                "gateway.create=false",
                "--set",
                "gateway.name=team-a-gateway",
                "--set",
                "gateway.publicHost=" + Guide.host("team-c"),
                "--set",
                "envoyFilter.create=" + filter,
                "--set",
                "envoyFilter.name=router-of-team-c",
                "--set",
                "broker.create=true",
                "--set",
                "mcpGatewayExtension.create=true");
        assertThat(install.ok()).isFalse();
        assertThat(install.output())
            .contains("gateway-system/team-a-gateway", "denied the request");
        load.awaitMore(20);
        guide.helm("uninstall", "team-c-mcp-gateway", "-n", "team-c").orFail();
      }
      assertThat(
              guide
                  .kubectl("get", "envoyfilters", "-n", "gateway-system", "-o", "name")
                  .orFail()
                  .lines())
          .as("only team A's router is in its Gateway")
          .hasSize(1);
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
    guide.kubectl("delete", "namespace", "team-c", "mcp-system", "--timeout=60s").orFail();
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
            "--timeout=90s")
        .orFail();
    guide
        .installController("--set", "webhook.certificates=cert-manager", "--wait", "--timeout=120s")
        .orFail();
    guide.waitFor("Ready", "certificate/" + WEBHOOK, "mcp-system");
    await().untilAsserted(() -> assertThat(policy()).isEqualTo("Fail"));
    try (AdmissionLoad load = load()) {
      String certificate = issued();
      // What `cmctl renew` does.
      guide
          .kubectl(
              "patch",
              "certificate",
              WEBHOOK,
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
      await().until(() -> !issued().equals(certificate));
      load.awaitMore(100);
      load.assertNoneFailed();
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
              "--timeout=120s")
          .orFail();
      rolledOut();
      awaitRefusal();
      assertThat(policy()).isEqualTo("Ignore");
      guide.installController("--set", certificates, "--wait", "--timeout=120s").orFail();
      await().untilAsserted(() -> assertThat(policy()).isEqualTo("Fail"));
      awaitRefusal();
      assertThat(issued()).as("cert-manager's own").isEqualTo(theirs);
    }
    guide.helm("uninstall", "mcp-controller", "-n", "mcp-system", "--wait").orFail();
  }

  private AdmissionLoad load() {
    return new AdmissionLoad(
        platform.client(), claim("team-a", "another", "some-other-gateway"), REFUSAL);
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
   * An empty Secret and no replica that remembers what was in it: the webhook starts with an
   * authority made under these settings.
   */
  private void newAuthorityWith(String... environment) {
    scaleWebhook(0);
    guide
        .kubectl(
            "patch",
            "secret",
            WEBHOOK + "-tls",
            "-n",
            "mcp-system",
            "--type=json",
            "-p",
            "[{\"op\":\"remove\",\"path\":\"/data\"}]")
        .orFail();
    List<String> flags = new ArrayList<>();
    for (int i = 0; i < environment.length; i++) {
      String[] parts = environment[i].split("=", 2);
      flags.add("--set");
      flags.add("webhook.extraEnv[%d].name=%s".formatted(i, parts[0]));
      flags.add("--set");
      flags.add("webhook.extraEnv[%d].value=%s".formatted(i, parts[1]));
    }
    guide.installController(flags.toArray(String[]::new)).orFail();
    scaleWebhook(2);
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

  private void scaleWebhook(int replicas) {
    guide
        .kubectl("scale", "deployment", WEBHOOK, "-n", "mcp-system", "--replicas=" + replicas)
        .orFail();
    if (replicas == 0) {
      await().until(() -> webhookPods().isEmpty());
    } else {
      rolledOut();
    }
  }

  private void rolledOut() {
    guide
        .kubectl("rollout", "status", "deployment", WEBHOOK, "-n", "mcp-system", "--timeout=120s")
        .orFail();
  }

  private String webhookPods() {
    return guide
        .kubectl(
            "get",
            "pods",
            "-n",
            "mcp-system",
            "-l",
            "app.kubernetes.io/component=webhook",
            "-o",
            "name")
        .orFail()
        .trim();
  }

  private static String refusal(KubernetesClient client, HasMetadata object) {
    try {
      client.resource(object).create();
      return "let through";
    } catch (KubernetesClientException e) {
      return String.valueOf(e.getMessage());
    }
  }

  private String policy() {
    return guide
        .kubectl(
            "get",
            "validatingwebhookconfiguration",
            WEBHOOK,
            "-o",
            "jsonpath={.webhooks[?(@.name==\"vmcpgatewayextension.mcp.kagenti.com\")].failurePolicy}")
        .orFail();
  }

  private String secret(String key) {
    return guide.get("secret/" + WEBHOOK + "-tls", "mcp-system", "{.data." + key + "}");
  }

  /** The certificate from cert-manager. */
  private String issued() {
    return guide.get("secret/" + WEBHOOK + "-cert-manager-tls", "mcp-system", "{.data.tls\\.crt}");
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
