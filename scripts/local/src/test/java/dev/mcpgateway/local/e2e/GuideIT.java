package dev.mcpgateway.local.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mcpgateway.local.LocalPlatform;
import dev.mcpgateway.local.Options;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
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
 * The guide's steps, limitations and troubleshooting entries on one cluster, in the guide's order:
 * each test stands on what those before it have installed, as a reader of the guide does.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class GuideIT {
  private static final Path CHECKOUT = Path.of("../..").toAbsolutePath().normalize();
  private static final Duration SOON = Duration.ofSeconds(60);

  private final LocalPlatform platform;
  private final Guide guide;
  private final Path home;
  private final int nodePortA = freeNodePort(29_999);
  private final int nodePortB = freeNodePort(nodePortA);

  GuideIT(@TempDir Path folder) throws IOException {
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
    Awaitility.setDefaultTimeout(SOON);
    Awaitility.setDefaultPollInterval(Duration.ofMillis(200));
  }

  @AfterAll
  void stop() {
    platform.close();
  }

  @Test
  @Order(1)
  void stepsOneToThreeInstallTheCrdsAndTheControlPlane() {
    guide.installCrds();
    guide.installController().orFail();
    guide.kubectl("rollout", "status", "deployment", "-n", "mcp-system", "--timeout=220s").orFail();
  }

  @Test
  @Order(2)
  void stepsFourToSevenGiveEachTeamAReadyGateway() {
    for (String team : List.of("team-a", "team-b")) {
      guide.installTeam(team).orFail();
      guide.kubectl("get", "gateway", team + "-gateway", "-n", "gateway-system").orFail();
      guide.waitFor("Ready", "mcpgatewayextension/" + team + "-mcp-gateway", team);
      assertThat(ready(team + "-mcp-gateway", team))
          .isEqualTo("True ValidMCPGatewayExtension successfully verified and configured");
    }
    guide
        .kubectl(
            "wait",
            "--for=condition=Available",
            "deployment",
            "--all",
            "-n",
            "team-a",
            "--timeout=220s")
        .orFail();
    guide
        .kubectl(
            "wait",
            "--for=condition=Available",
            "deployment",
            "--all",
            "-n",
            "team-b",
            "--timeout=220s")
        .orFail();
  }

  @Test
  @Order(3)
  void stepEightExposesTheGatewaysByNodePort() {
    guide.installTeam("team-a", nodePort(nodePortA)).orFail();
    guide.installTeam("team-b", nodePort(nodePortB)).orFail();
  }

  @Test
  @Order(4)
  void registeredServersAreServedToTheirOwnTeamOnly() throws Exception {
    guide.kubectl("apply", "-f", "scripts/demo/team-a-server.yaml").orFail();
    guide.kubectl("apply", "-f", "scripts/demo/team-b-server.yaml").orFail();
    guide.waitFor("Ready", "mcpserverregistration/everything", "team-a");
    guide.waitFor("Ready", "mcpserverregistration/java", "team-b");
    awaitTool("team-a", "everything_echo");
    awaitTool("team-b", "java_echo");
    try (McpHttp a = http("team-a");
        McpHttp b = http("team-b")) {
      assertThat(a.list(a.open()).body()).contains("everything_echo").doesNotContain("java_");
      assertThat(b.list(b.open()).body()).contains("java_echo").doesNotContain("everything_");
    }
  }

  @Test
  @Order(5)
  void theTypeScriptSdkAndTheInspectorWorkAtTheGuidesUrl() {
    TypeScriptClient a = new TypeScriptClient(CHECKOUT, home, "team-a", nodePortA);
    assertThat(a.list().orFail()).contains("everything_echo").doesNotContain("java_echo");
    assertThat(a.call("everything_echo", "{\"message\":\"hi\"}").orFail()).contains("Echo: hi");
    assertThat(a.inspect("--method", "tools/list").orFail()).contains("everything_echo");
    assertThat(
            a.inspect(
                    "--method",
                    "tools/call",
                    "--tool-name",
                    "everything_echo",
                    "--tool-arg",
                    "message=inspected")
                .orFail())
        .contains("Echo: inspected");
    TypeScriptClient b = new TypeScriptClient(CHECKOUT, home, "team-b", nodePortB);
    assertThat(b.call("java_echo", "{\"message\":\"hi\"}").orFail()).contains("java:hi");
  }

  @Test
  @Order(6)
  void theJavaSdkCallsAndHearsOfNewTools() throws Exception {
    try (JavaClient client = javaClient("team-b")) {
      assertThat(client.tools()).contains("java_echo", "java_grow");
      assertThat(client.call("java_echo", Map.of("message", "hi"))).contains("java:hi");
      assertThat(client.call("java_headers", Map.of())).contains("tool=headers");
      String first = client.call("java_headers", Map.of());
      assertThat(client.call("java_headers", Map.of()))
          .as("one session of the gateway is one session of the server")
          .isEqualTo(first);
      client.call("java_grow", Map.of());
      await().until(() -> client.listChanges() > 0);
      assertThat(client.tools()).contains("java_extra_1");
    }
  }

  @Test
  @Order(7)
  void aTeamsToolsAndSessionsDoNotExistAtTheOtherTeam() throws Exception {
    try (McpHttp a = http("team-a");
        McpHttp b = http("team-b")) {
      String sessionA = a.open();
      assertThat(a.list(sessionA).statusCode()).isEqualTo(200);
      assertThat(b.list(sessionA).statusCode()).isEqualTo(404);
      assertThat(b.call(sessionA, "java_echo", "{\"message\":\"x\"}").statusCode()).isEqualTo(404);
      assertThat(b.call(b.open(), "everything_echo", "{\"message\":\"x\"}").body())
          .contains("-32602");
      assertThat(a.delete(sessionA).statusCode()).isBetween(200, 204);
      assertThat(a.list(sessionA).statusCode()).isEqualTo(404);
    }
  }

  @Test
  @Order(8)
  void badInputIsAnsweredAndNothingEnds() throws Exception {
    try (McpHttp a = http("team-a")) {
      String session = a.open();
      assertThat(a.post("{", session).statusCode()).isEqualTo(400);
      assertThat(a.post("{", session).body()).contains("-32700");
      assertThat(a.post("[]", session).body()).contains("-32600");
      assertThat(a.post("null", session).statusCode()).isEqualTo(400);
      assertThat(a.post("", session).statusCode()).isEqualTo(400);
      assertThat(
              a.post("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/list\"}", null).statusCode())
          .isEqualTo(400);
      assertThat(a.list("unknown").statusCode()).isEqualTo(404);
      assertThat(a.call(session, "no_such_tool", "{}").body()).contains("-32602", "\"id\":7");
      assertThat(a.post("{\"jsonrpc\":\"2.0\",\"id\":2,\"method\":\"no/such\"}", session).body())
          .contains("-32601");
      assertThat(a.call(session, "everything_echo", "{\"message\":\"still here\"}").body())
          .contains("still here");
    }
  }

  @Test
  @Order(9)
  void aServerIsNotReachableExceptThroughItsTools() throws Exception {
    try (McpHttp direct = new McpHttp(gateway("team-a"), "everything.team-a.mcp.local")) {
      assertThat(direct.post(McpHttp.INITIALIZE, null).body())
          .as("the gateway answers, not the server")
          .doesNotContain("everything");
      assertThat(
              direct
                  .post(
                      McpHttp.INITIALIZE,
                      null,
                      "mcp-init-host",
                      "everything.team-a.mcp.local",
                      "router-key",
                      "guessed")
                  .body())
          .doesNotContain("mcp-servers/everything");
    }
  }

  @Test
  @Order(10)
  void limitationTwoOneExtensionPerNamespaceIsRefusedAtOnce() {
    Shell.Result apply = guide.kubectl("apply", "-f", "scripts/demo/second-in-team-a.yaml");
    assertThat(apply.ok()).isFalse();
    assertThat(apply.output())
        .contains(
            "denied the request: Namespace team-a already has the MCPGatewayExtension"
                + " team-a/team-a-mcp-gateway, and a namespace can have only one. Delete"
                + " team-a/team-a-mcp-gateway first, or create this extension in another namespace.");
  }

  @Test
  @Order(11)
  void limitationThreeOneExtensionPerGatewayIsRefusedAtOnceByKubectlAndByHelm() {
    guide.kubectl("create", "namespace", "team-c").orFail();
    Shell.Result apply = guide.kubectl("apply", "-f", "scripts/demo/claim-of-team-c.yaml");
    assertThat(apply.ok()).isFalse();
    assertThat(apply.output())
        .contains("denied the request: Gateway gateway-system/team-a-gateway is already the target")
        .doesNotContain("team-a-mcp-gateway");

    Shell.Result helm =
        guide.installOnto("team-a-gateway", "team-c", "--set", "envoyFilter.create=false");
    assertThat(helm.ok()).isFalse();
    assertThat(helm.output())
        .contains("Gateway gateway-system/team-a-gateway is already the target");
    guide.helm("uninstall", "team-c-mcp-gateway", "-n", "team-c").orFail();
  }

  @Test
  @Order(12)
  void
      troubleshootingConflictAnExtensionStoredWithoutTheWebhookIsMarkedAndPromotedWhenTheWinnerGoes()
          throws Exception {
    guide
        .kubectl(
            "scale",
            "deployment",
            "mcp-controller-mcp-gateway-webhook",
            "-n",
            "mcp-system",
            "--replicas=0")
        .orFail();
    await()
        .untilAsserted(() ->
            assertThat(guide.get("pods", "mcp-system", "{.items[*].metadata.name}"))
                .doesNotContain("webhook"));
    guide.patchPolicy("Ignore");
    // The API server acts on the old policy for a moment.
    await().until(() -> guide.kubectl("apply", "-f", "scripts/demo/claim-of-team-c.yaml").ok());
    await()
        .untilAsserted(() ->
            assertThat(ready("claim", "team-c"))
                .startsWith("False ReferenceGrantRequired ReferenceGrant required in namespace"));
    guide.kubectl("apply", "-f", grant("team-c", "team-a-gateway")).orFail();
    await()
        .untilAsserted(() ->
            assertThat(ready("claim", "team-c"))
                .isEqualTo(
                    "False InvalidMCPGatewayExtension conflict. Gateway target already configured as MCP Gateway"));
    assertThat(ready("team-a-mcp-gateway", "team-a")).startsWith("True");
    guide.kubectl("delete", "mcpgatewayextension", "claim", "-n", "team-c").orFail();
    guide
        .kubectl(
            "scale",
            "deployment",
            "mcp-controller-mcp-gateway-webhook",
            "-n",
            "mcp-system",
            "--replicas=2")
        .orFail();
    guide.kubectl("rollout", "status", "deployment", "-n", "mcp-system", "--timeout=220s").orFail();
  }

  @Test
  @Order(13)
  void troubleshootingReferenceGrantRequiredWithdrawsTheToolsUntilTheGrantIsBack()
      throws Exception {
    String grant = "allow-team-b-team-b-gateway";
    guide.kubectl("delete", "referencegrant", grant, "-n", "gateway-system").orFail();
    await()
        .untilAsserted(() ->
            assertThat(ready("team-b-mcp-gateway", "team-b"))
                .isEqualTo(
                    "False ReferenceGrantRequired ReferenceGrant required in namespace"
                        + " gateway-system to allow cross-namespace reference"));
    await().untilAsserted(() -> assertThat(tools("team-b")).doesNotContain("java_echo"));
    await()
        .untilAsserted(() ->
            assertThat(registration("java", "team-b"))
                .startsWith("False NotReady no valid mcpgatewayextensions configured"));
    guide.kubectl("apply", "-f", grant("team-b", "team-b-gateway")).orFail();
    guide.waitFor("Ready", "mcpgatewayextension/team-b-mcp-gateway", "team-b");
    awaitTool("team-b", "java_echo");
    assertThat(tools("team-a")).as("team A never noticed").contains("everything_echo");
  }

  @Test
  @Order(14)
  void theStatusTellsWhatEveryReplicaOfTheBrokerHasAcknowledgedAndSees() {
    String document = document("team-b");
    // From here on its brokers notice within seconds what becomes of their servers.
    guide
        .installTeam(
            "team-b",
            "--set",
            "broker.replicas=2",
            "--set",
            "broker.checkInterval=5",
            "--wait",
            "--timeout=220s")
        .orFail();
    await()
        .untilAsserted(() ->
            assertThat(
                    guide.condition(
                        "mcpgatewayextension/team-b-mcp-gateway", "team-b", "Programmed"))
                .startsWith("True Programmed 2/2 replicas at version "));
    guide.waitFor("Programmed", "mcpserverregistration/java", "team-b");
    guide.waitFor("BackendReachable", "mcpserverregistration/java", "team-b");
    assertThat(guide.get("mcpserverregistration/java", "team-b", "{.status.tools}"))
        .contains("java_echo");
    assertThat(
            guide
                .kubectl("get", "mcpgatewayextensions,mcpserverregistrations", "-n", "team-b")
                .orFail())
        .containsPattern(
            "NAME +READY +REASON +GATEWAY +GATEWAY-NAMESPACE +SERVERS +TOOLS +AGE\\R.*team-b-mcp-gateway +True"
                + " +ValidMCPGatewayExtension +team-b-gateway +gateway-system +1 +[1-9]\\d* +\\d")
        .containsPattern("mcpserverregistration\\S*/java +.*True");
    assertThat(
            guide.get(
                "httproute/java",
                "team-b",
                "{range .status.parents[*]}{.conditions[?(@.type==\"Programmed\")].reason}{end}"))
        .contains("InUseByMCPServerRegistration");
    assertThat(document("team-b")).as("an upgrade empties nothing").isEqualTo(document);
  }

  @Test
  @Order(15)
  void aServerThatIsAwayIsToldInTheStatusUntilItIsBack() {
    guide.kubectl("scale", "deployment", "java", "-n", "team-b", "--replicas=0").orFail();
    await()
        .untilAsserted(() ->
            assertThat(guide.condition("mcpserverregistration/java", "team-b", "BackendReachable"))
                .startsWith("False"));
    await()
        .untilAsserted(
            () -> assertThat(registration("java", "team-b")).startsWith("False NotReady"));
    assertThat(ready("team-b-mcp-gateway", "team-b")).startsWith("True");
    guide.kubectl("scale", "deployment", "java", "-n", "team-b", "--replicas=1").orFail();
    guide.waitFor("Ready", "mcpserverregistration/java", "team-b");
  }

  @Test
  @Order(16)
  void c21ACredentialThatIsRotatedReachesRunningBrokers() throws Exception {
    // Those of before the last upgrade take their time to go.
    await().until(() -> brokers("team-b").strip().lines().count() == 2);
    String brokers = brokers("team-b");
    demand("Bearer v1");
    guide
        .kubectl(
            "create", "secret", "generic", "java", "-n", "team-b", "--from-literal=token=Bearer v1")
        .orFail();
    guide
        .kubectl("label", "secret", "java", "-n", "team-b", "mcp.kagenti.com/credential=true")
        .orFail();
    guide
        .kubectl(
            "patch",
            "mcpserverregistration",
            "java",
            "-n",
            "team-b",
            "--type=merge",
            "-p",
            "{\"spec\":{\"credentialRef\":{\"name\":\"java\"}}}")
        .orFail();
    isCallable();

    demand("Bearer v2");
    guide
        .kubectl(
            "patch",
            "secret",
            "java",
            "-n",
            "team-b",
            "-p",
            "{\"stringData\":{\"token\":\"Bearer v2\"}}")
        .orFail();
    isCallable();
    assertThat(brokers("team-b")).as("the very same brokers").isEqualTo(brokers);
  }

  /** Team B's server wants another credential, and its brokers have not got it. */
  private void demand(String authorization) {
    guide
        .kubectl(
            "set",
            "env",
            "deployment/java",
            "-n",
            "team-b",
            "REQUIRED_AUTHORIZATION=" + authorization)
        .orFail();
    await()
        .untilAsserted(() ->
            assertThat(guide.condition("mcpserverregistration/java", "team-b", "BackendReachable"))
                .startsWith("False NotConnected")
                .contains("401"));
  }

  private void isCallable() throws Exception {
    guide.waitFor("BackendReachable", "mcpserverregistration/java", "team-b");
    try (McpHttp b = http("team-b")) {
      String session = b.open();
      await()
          .untilAsserted(() ->
              assertThat(b.call(session, "java_echo", "{\"message\":\"rotated\"}").body())
                  .contains("java:rotated"));
    }
  }

  /** Which containers the brokers of a team are. */
  private String brokers(String team) {
    return guide
        .kubectl(
            "get",
            "pods",
            "-n",
            team,
            "-l",
            "app.kubernetes.io/component=broker-router",
            "-o",
            "jsonpath={range .items[*]}{.metadata.uid} {.status.containerStatuses[0].restartCount}{\"\\n\"}{end}")
        .orFail();
  }

  @Test
  @Order(17)
  void aKilledBrokerHealsAndItsSessionsSurvive() throws Exception {
    try (McpHttp a = http("team-a")) {
      String session = a.open();
      guide.kill("team-a", "app.kubernetes.io/component=broker-router");
      await()
          .ignoreExceptions()
          .untilAsserted(() ->
              assertThat(a.call(session, "everything_echo", "{\"message\":\"again\"}").body())
                  .contains("Echo: again"));
    }
  }

  @Test
  @Order(18)
  void aKilledControllerHealsAndCatchesUp() throws Exception {
    guide.kill("mcp-system", "app.kubernetes.io/component=controller");
    guide.kubectl("delete", "mcpserverregistration", "everything", "-n", "team-a").orFail();
    await().untilAsserted(() -> assertThat(tools("team-a")).doesNotContain("everything_echo"));
    guide.kubectl("apply", "-f", "scripts/demo/team-a-server.yaml").orFail();
    awaitTool("team-a", "everything_echo");
  }

  @Test
  @Order(19)
  void c10APausedLeaderIsReplacedAndEndsWhenItWakesUp() throws Exception {
    guide.installController("--set", "controller.replicas=2", "--wait", "--timeout=220s").orFail();
    // A stopped process answers no probe either: the kubelet must not be the one who ends it.
    guide
        .kubectl(
            "patch",
            "deployment",
            "mcp-controller-mcp-gateway-controller",
            "-n",
            "mcp-system",
            "--type=json",
            "-p",
            "[{\"op\":\"replace\",\"path\":\"/spec/template/spec/containers/0/livenessProbe/failureThreshold\",\"value\":60}]")
        .orFail();
    guide.kubectl("rollout", "status", "deployment", "-n", "mcp-system", "--timeout=220s").orFail();
    await().until(() -> pods("controller").size() == 2 && pods("controller").contains(leader()));
    String paused = leader();
    String successor;
    guide.signal("STOP", "mcp-system", paused);
    try {
      await().until(() -> !leader().equals(paused));
      successor = leader();
      guide.kubectl("delete", "mcpserverregistration", "everything", "-n", "team-a").orFail();
      await().untilAsserted(() -> assertThat(tools("team-a")).doesNotContain("everything_echo"));
    } finally {
      guide.signal("CONT", "mcp-system", paused);
    }
    await()
        .untilAsserted(() ->
            assertThat(
                    guide.get(
                        paused,
                        "mcp-system",
                        "{.status.containerStatuses[0].lastState.terminated.exitCode}"))
                .as("it ends by itself, with the code of a lost lease")
                .isEqualTo("1"));
    guide.kubectl("apply", "-f", "scripts/demo/team-a-server.yaml").orFail();
    awaitTool("team-a", "everything_echo");
    assertThat(leader()).as("no flapping").isEqualTo(successor);
  }

  @Test
  @Order(20)
  void aKilledWebhookHealsAndDeniesAgain() {
    guide.kill("mcp-system", "app.kubernetes.io/component=webhook");
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
                .contains("Namespace team-a already has"));
  }

  @Test
  @Order(21)
  void aTeamThatIsInstalledAgainBesideARunningControllerIsServedAsBefore() {
    String document = document("team-b");
    guide.helm("uninstall", "team-b-mcp-gateway", "-n", "team-b", "--wait").orFail();
    guide.installTeam("team-b", "--wait", "--timeout=220s").orFail();
    guide.waitFor("Ready", "mcpgatewayextension/team-b-mcp-gateway", "team-b");
    awaitTool("team-b", "java_echo");
    assertThat(document("team-b")).isEqualTo(document);
  }

  /** What the brokers of a team are to run, as it is stored. */
  private String document(String team) {
    return guide.get("secret/mcp-gateway-config", team, "{.data.config\\.yaml}");
  }

  @Test
  @Order(22)
  void theGuidesCleanUpLeavesNothing() {
    guide.helm("uninstall", "team-b-mcp-gateway", "-n", "team-b").orFail();
    guide.helm("uninstall", "team-a-mcp-gateway", "-n", "team-a").orFail();
    // With the last broker goes what the controller made, also where the namespace stays.
    for (String team : List.of("team-b", "team-a")) {
      await()
          .atMost(SOON.multipliedBy(2))
          .untilAsserted(() ->
              assertThat(guide.kubectl("get", "secrets", "-n", team, "-o", "name").orFail())
                  .doesNotContain("secret/mcp-gateway-"));
    }
    guide.helm("uninstall", "mcp-controller", "-n", "mcp-system").orFail();
    for (String namespace : List.of("team-b", "team-a", "mcp-system")) {
      guide.kubectl("delete", "namespace", namespace, "--timeout=220s").orFail();
    }
    assertThat(
            guide
                .kubectl(
                    "get",
                    "gateways,referencegrants,envoyfilters",
                    "-n",
                    "gateway-system",
                    "-o",
                    "name")
                .orFail())
        .doesNotContain("gateway.gateway.networking.k8s.io/")
        .doesNotContain("envoyfilter")
        .doesNotContain("team-a-team-a");
    assertThat(
            guide
                .kubectl("get", "validatingwebhookconfigurations,clusterroles", "-o", "name")
                .orFail())
        .doesNotContain("mcp-gateway");
  }

  /** The pod that holds the controller's Lease; nobody's while it is handed over. */
  private String leader() {
    String holder =
        guide.get(
            "lease/mcp-controller-mcp-gateway-controller", "mcp-system", "{.spec.holderIdentity}");
    return "pod/" + holder.split("_", 2)[0];
  }

  private List<String> pods(String component) {
    return guide
        .kubectl(
            "get",
            "pods",
            "-n",
            "mcp-system",
            "-l",
            "app.kubernetes.io/component=" + component,
            "-o",
            "name")
        .orFail()
        .lines()
        .toList();
  }

  private static String[] nodePort(int port) {
    return new String[] {
      "--set", "gateway.nodePort.create=true", "--set", "gateway.nodePort.mcpPort=" + port
    };
  }

  private void awaitTool(String team, String tool) {
    await().ignoreExceptions().untilAsserted(() -> assertThat(tools(team)).contains(tool));
  }

  private String tools(String team) throws IOException, InterruptedException {
    try (McpHttp client = http(team)) {
      return client.list(client.open()).body();
    }
  }

  private McpHttp http(String team) {
    return new McpHttp(gateway(team), Guide.host(team));
  }

  private JavaClient javaClient(String team) {
    return new JavaClient(gateway(team), Guide.host(team));
  }

  private URI gateway(String team) {
    return platform.url("gateway-system", team + "-gateway");
  }

  private String ready(String extension, String namespace) {
    return guide.ready("mcpgatewayextension/" + extension, namespace);
  }

  private String registration(String name, String namespace) {
    return guide.ready("mcpserverregistration/" + name, namespace);
  }

  /** A file with the ReferenceGrant of the guide's manual section. */
  private String grant(String team, String gateway) throws IOException {
    Path file = home.resolve("grant-" + team + ".yaml");
    Files.writeString(
        file,
        """
        apiVersion: gateway.networking.k8s.io/v1beta1
        kind: ReferenceGrant
        metadata: {name: allow-%1$s-%2$s, namespace: gateway-system}
        spec:
          from: [{group: mcp.kagenti.com, kind: MCPGatewayExtension, namespace: %1$s}]
          to: [{group: gateway.networking.k8s.io, kind: Gateway, name: %2$s}]
        """
            .formatted(team, gateway));
    return file.toString();
  }

  /**
   * A port of the NodePort range above {@code floor} that nothing on this machine listens on now.
   * The range begins with those (30000 to 30085) that the API server gives to nobody who does not
   * ask for one as long as there are others.
   */
  private static int freeNodePort(int floor) {
    return IntStream.range(floor + 1, 32768)
        .filter(GuideIT::isFree)
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("no free port up to 32767"));
  }

  private static boolean isFree(int port) {
    try (ServerSocket probe = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
      return probe.isBound();
    } catch (IOException e) {
      return false;
    }
  }
}
