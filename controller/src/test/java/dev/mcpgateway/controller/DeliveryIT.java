package dev.mcpgateway.controller;

import static dev.mcpgateway.controller.Cluster.soon;
import static dev.mcpgateway.controller.Cluster.soonAsserted;
import static dev.mcpgateway.controller.Cluster.value;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mcpgateway.broker.api.push.BrokerReport;
import dev.mcpgateway.broker.api.push.ServerReport;
import dev.mcpgateway.controller.api.McpGroup;
import dev.mcpgateway.controller.api.model.MCPGatewayExtension;
import dev.mcpgateway.controller.delivery.ReplicaState;
import dev.mcpgateway.controller.secrets.StoredConfig;
import dev.mcpgateway.controller.secrets.StoredKeys;
import io.fabric8.kubeapitest.junit.EnableKubeAPIServer;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.ReplicaSet;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.channels.ServerSocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** From a stored configuration to brokers that have it, and what is known of them. */
@ExtendWith(NeedsApiServer.class)
@EnableKubeAPIServer(
    apiServerFlags = {
      "--bind-address", "127.0.0.1",
      "--advertise-address", "127.0.0.1",
      "--endpoint-reconciler-type", "none",
      // It wants a service account in every namespace, which nobody makes here.
      "--disable-admission-plugins", "ServiceAccount"
    })
class DeliveryIT {
  private static final String WITHDRAWN = "servers: []\nvirtualServers: []\n";
  private static final byte[] STRANGE = new byte[32];

  // Set by the annotation above.
  @SuppressWarnings("NullAway.Init")
  static KubernetesClient client;

  @SuppressWarnings("NullAway.Init") // set before any test
  static Cluster cluster;

  @SuppressWarnings("NullAway.Init") // set before any test
  static BrokerPods pods;

  @SuppressWarnings("NullAway.Init") // set before any test
  static RunningController controller;

  private final List<BrokerPeer> peers = new ArrayList<>();

  @BeforeAll
  static void start() {
    cluster = new Cluster(client);
    pods = new BrokerPods(client);
    cluster.installCrds();
    controller = RunningController.acting(client);
  }

  @AfterAll
  static void stop() {
    if (controller != null) {
      controller.close();
    }
  }

  @AfterEach
  void stopPeers() {
    peers.forEach(BrokerPeer::close);
  }

  @Test
  void whatIsStoredIsPushedToEveryReadyBrokerAndEveryChangeAtOnce() throws Exception {
    cluster.instance("push");
    BrokerPeer one = peer(key("push"));
    BrokerPeer two = peer(key("push"));
    pods.broker("push", "one", one.port());
    pods.broker("push", "two", two.port());
    acknowledged("push", "one", one);
    acknowledged("push", "two", two);
    assertThat(controller.replicas("push"))
        .extracting(ReplicaState::pod)
        .containsExactly("one", "two");

    cluster.server("push", "weather", "push", "g");
    soonAsserted(() -> assertThat(one.document()).contains("push/weather"));
    soonAsserted(() -> assertThat(two.document()).contains("push/weather"));
    acknowledged("push", "one", one);
    acknowledged("push", "two", two);
    assertThat(one.document()).isEqualTo(cluster.document("push"));
    assertThat(metrics())
        .containsPattern("mcp_controller_pushes_total\\{outcome=\"applied\"} [1-9]")
        .containsPattern("mcp_config_propagation_seconds_count [1-9]")
        .contains("mcp_controller_replicas ")
        .contains("mcp_controller_replicas_failing ");
  }

  @Test
  void whatABrokerReportsIsKnownAsSoonAsItChanges() {
    cluster.instance("report");
    BrokerPeer peer = peer(key("report"));
    pods.broker("report", "one", peer.port());
    cluster.server("report", "wx", "report", "g");
    soon(() -> peer.document().contains("report/wx"));
    acknowledged("report", "one", peer);
    ServerReport server =
        new ServerReport(
            "report/wx", true, true, "2025-11-25", 1, List.of("wx_a"), List.of(), "fine", null);
    // What it says of servers that are not configured is not kept.
    peer.report(server, stranger());
    soonAsserted(() -> assertThat(report("report", "one").servers()).containsExactly(server));
    int before = peer.requests();
    peer.report();
    soonAsserted(() -> assertThat(report("report", "one").servers()).isEmpty());
    // One request waited for the change; the next one waits again.
    assertThat(peer.requests() - before).isLessThanOrEqualTo(2);
  }

  private static ServerReport stranger() {
    return new ServerReport(
        "elsewhere/s", true, true, null, 1, List.of("a"), List.of(), "fine", null);
  }

  @Test
  void aBrokerThatBeginsAgainWithAnOlderFileIsGivenTheNewerOneAgain() {
    cluster.instance("restart");
    BrokerPeer peer = peer(key("restart"));
    Pod pod = pods.broker("restart", "one", peer.port());
    acknowledged("restart", "one", peer);
    long version = cluster.version("restart");

    peer.restart(version - 1, "");
    pods.ready(pod, "second");
    soonAsserted(() -> assertThat(peer.applied()).containsExactly(version, version));
    acknowledged("restart", "one", peer);
    // Noticed by its report alone, too: a kubelet may take a while to tell.
    peer.restart(0, "");
    soonAsserted(() -> assertThat(peer.applied()).containsExactly(version, version, version));
    acknowledged("restart", "one", peer);
  }

  @Test
  void c16AVersionSetByHandLeavesNoBrokerBehind() {
    BrokerPeer peer = running("c16");
    long first = cluster.version("c16");
    // Set back, with the document untouched.
    version("c16", 5);
    soonAsserted(() -> assertThat(cluster.version("c16")).isGreaterThan(first));
    acknowledged("c16", "one", peer);

    long forward = cluster.version("c16") + Duration.ofHours(1).toMillis();
    version("c16", forward);
    acknowledged("c16", "one", peer);
    cluster.virtualServer("c16", "v", "a");
    soonAsserted(() -> assertThat(cluster.version("c16")).isEqualTo(forward + 1));
    acknowledged("c16", "one", peer);

    // After this one there would be no next one.
    version("c16", 999_999_999_999_999_999L);
    soonAsserted(() -> assertThat(cluster.version("c16")).isEqualTo(forward + 2));
    acknowledged("c16", "one", peer);
    assertThat(peer.applied()).doesNotContain(5L, 999_999_999_999_999_999L);
  }

  @Test
  void c29ABrokerWithAVersionOfAClockThatWasAheadIsOvertaken() {
    BrokerPeer peer = running("c29");
    long early = cluster.version("c29") + Duration.ofHours(1).toMillis();
    peer.restart(early, "servers: []");
    soonAsserted(() -> assertThat(cluster.version("c29")).isEqualTo(early + 1));
    acknowledged("c29", "one", peer);
    assertThat(peer.document()).isEqualTo(cluster.document("c29"));
  }

  @Test
  void aWithdrawnConfigurationStaysWhileABrokerIsThereAndThenGoes() {
    BrokerPeer peer = running("end");
    Pod late = pods.pod("end", "late", peer.port(), null);
    cluster.server("end", "s", "end", "g");
    soon(() -> peer.document().contains("end/s"));

    client.resources(MCPGatewayExtension.class).inNamespace("end").withName("e").delete();
    soonAsserted(() -> assertThat(peer.document()).isEqualTo(WITHDRAWN));
    acknowledged("end", "one", peer);
    // One that is not ready may still have what was before.
    client.pods().inNamespace("end").withName("one").delete();
    soonAsserted(() -> assertThat(controller.replicas("end")).isEmpty());
    cluster.instance("end-barrier");
    assertThat(cluster.document("end")).isEqualTo(WITHDRAWN);
    cluster.delete(late);
    soonAsserted(() -> assertThat(cluster.secret("end", McpGroup.CONFIG_SECRET)).isNull());

    // And the same again, as if it had never been there.
    cluster.extension("end", "e", null, "g");
    soonAsserted(() -> assertThat(cluster.servers("end")).containsExactly("end/s"));
    pods.broker("end", "again", peer.port());
    peer.know(key("end"));
    acknowledged("end", "again", peer);
    assertThat(peer.document()).isEqualTo(cluster.document("end"));
  }

  @Test
  void whatHelmMadeIsLeftToHelm() {
    cluster.instance("helm");
    soon(() -> cluster.version("helm") > 0);
    Cluster.retrying(() ->
        client
            .secrets()
            .inNamespace("helm")
            .withName(McpGroup.CONFIG_SECRET)
            .edit(s ->
                new SecretBuilder(s)
                    .editMetadata()
                    .addToLabels("app.kubernetes.io/managed-by", "Helm")
                    .endMetadata()
                    .build()));
    cluster.server("helm", "s", "helm", "g");
    soonAsserted(() -> assertThat(cluster.servers("helm")).containsExactly("helm/s"));
    client.resources(MCPGatewayExtension.class).inNamespace("helm").withName("e").delete();
    soonAsserted(() -> assertThat(cluster.document("helm")).isEqualTo(WITHDRAWN));
    cluster.instance("helm-barrier");
    assertThat(cluster.document("helm")).isEqualTo(WITHDRAWN);
  }

  private BrokerPeer running(String namespace) {
    cluster.instance(namespace);
    BrokerPeer peer = peer(key(namespace));
    pods.broker(namespace, "one", peer.port());
    acknowledged(namespace, "one", peer);
    return peer;
  }

  @Test
  void aBrokerWithAnotherKeyIsAnErrorUntilItHasOurs() {
    cluster.instance("key");
    BrokerPeer peer = peer(STRANGE);
    pods.broker("key", "one", peer.port());
    soonAsserted(() -> assertThat(state("key", "one").error()).contains("push key", "401"));
    assertThat(state("key", "one").report()).isNull();
    assertThat(peer.applied()).isEmpty();
    peer.know(key("key"));
    acknowledged("key", "one", peer);
  }

  @Test
  void aBrokerThatCannotBeReachedIsTriedAgainAndAgainButNotFast() throws Exception {
    cluster.instance("away");
    int port = freePort();
    pods.broker("away", "one", port);
    soonAsserted(() -> assertThat(state("away", "one").error()).contains("connection refused"));
    BrokerPeer peer = BrokerPeer.start(key("away"), port);
    peers.add(peer);
    acknowledged("away", "one", peer);

    peer.answer(500);
    peer.report();
    soonAsserted(() -> assertThat(state("away", "one").error()).contains("HTTP 500"));
    assertThat(state("away", "one").report()).isNotNull();
    int before = peer.requests();
    // With 100, 200, 400, … ms between them, and half of it random: 3 s have room for ten.
    await().pollDelay(Duration.ofSeconds(3)).until(() -> true);
    assertThat(peer.requests() - before).isLessThan(12);
    peer.answer(200);
    acknowledged("away", "one", peer);
  }

  @Test
  void aNewVersionDoesNotWaitForTheNextAttempt() {
    cluster.instance("hurry");
    BrokerPeer peer = peer(key("hurry"));
    pods.broker("hurry", "one", peer.port());
    acknowledged("hurry", "one", peer);
    peer.refuse(true);
    cluster.server("hurry", "weather", "hurry", "g");
    soonAsserted(() -> assertThat(state("hurry", "one").error()).contains("not to my taste"));
    peer.refuse(false);
    cluster.virtualServer("hurry", "some", "weather_a");
    soonAsserted(() -> assertThat(peer.document()).contains("hurry/some"));
    acknowledged("hurry", "one", peer);
  }

  @Test
  void brokersOfOneTeamThatStallDelayNobodyElse() {
    cluster.instance("stalled");
    BrokerPeer stalled = peer(key("stalled"));
    stalled.stall();
    ReplicaSet brokers =
        pods.replicaSet("stalled", "all", pods.deployment("stalled", "x-broker-router"));
    for (int i = 0; i < 8; i++) {
      pods.ready(pods.pod("stalled", "pod-" + i, stalled.port(), brokers), "1");
    }
    soon(() -> stalled.stalled() == 4);

    cluster.instance("unharmed");
    BrokerPeer peer = peer(key("unharmed"));
    pods.broker("unharmed", "one", peer.port());
    acknowledged("unharmed", "one", peer);
    assertThat(stalled.mostStalled()).isEqualTo(4);
  }

  @Test
  void aBrokerThatIsNotReadyAnyMoreIsForgotten() {
    cluster.instance("leave");
    BrokerPeer peer = peer(key("leave"));
    Pod pod = pods.broker("leave", "one", peer.port());
    acknowledged("leave", "one", peer);
    client.resource(pod).delete();
    soonAsserted(() -> assertThat(controller.replicas("leave")).isEmpty());
  }

  @Test
  void whoOnlyCallsItselfABrokerIsNeverContacted() throws Exception {
    cluster.instance("trap");
    cluster.instance("trap-elsewhere");
    try (ServerSocketChannel trap = ServerSocketChannel.open()) {
      trap.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
      trap.configureBlocking(false);
      int port = ((InetSocketAddress) trap.getLocalAddress()).getPort();
      Deployment ours = pods.deployment("trap", "x-broker-router");
      ReplicaSet real = pods.replicaSet("trap", "real", ours);
      ReplicaSet orphan = pods.replicaSet("trap", "orphan", null);
      ReplicaSet other =
          pods.replicaSet("trap", "other", pods.deployment("trap", "something-else"));
      pods.ready(pods.pod("trap", "no-owner", port, null), "1");
      pods.ready(pods.pod("trap", "owner-is-deployment", port, ours), "1");
      pods.ready(pods.pod("trap", "owner-is-orphan", port, orphan), "1");
      pods.ready(pods.pod("trap", "owner-is-other", port, other), "1");
      pods.ready(pods.pod("trap-elsewhere", "owner-is-elsewhere", port, real), "1");
      pods.pod("trap", "not-ready", port, real);
      // Whoever comes later is seen later: by then the others have been judged.
      BrokerPeer peer = peer(key("trap"));
      pods.ready(pods.pod("trap", "true", peer.port(), real), "1");
      acknowledged("trap", "true", peer);
      assertThat(controller.replicas("trap")).hasSize(1);
      assertThat(controller.replicas("trap-elsewhere")).isEmpty();
      assertThat(trap.accept()).isNull();
    }
  }

  @Test
  void secretsAloneMakeNoInstance() throws Exception {
    cluster.namespace("forged");
    forge(McpGroup.CONFIG_SECRET, StoredConfig.LABELS, Map.of("version", "5", "config.yaml", "{}"));
    forge(
        McpGroup.KEYS_SECRET,
        StoredKeys.LABELS,
        Map.of("push-key", Base64.getEncoder().encodeToString(STRANGE)));
    try (ServerSocketChannel trap = ServerSocketChannel.open()) {
      trap.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
      trap.configureBlocking(false);
      pods.broker("forged", "one", ((InetSocketAddress) trap.getLocalAddress()).getPort());
      // Whoever comes later is seen later.
      running("forged-barrier");
      assertThat(controller.replicas("forged")).isEmpty();
      assertThat(trap.accept()).isNull();
    }
  }

  private static void forge(String name, Map<String, String> labels, Map<String, String> data) {
    client
        .resource(
            new SecretBuilder()
                .withNewMetadata()
                .withNamespace("forged")
                .withName(name)
                .withLabels(labels)
                .endMetadata()
                .withStringData(data)
                .build())
        .create();
  }

  private static void version(String namespace, long version) {
    Cluster.retrying(() ->
        client
            .secrets()
            .inNamespace(namespace)
            .withName("mcp-gateway-config")
            .edit(s ->
                new SecretBuilder(s).addToStringData("version", Long.toString(version)).build()));
  }

  private BrokerPeer peer(byte[] key) {
    BrokerPeer peer = BrokerPeer.start(key);
    peers.add(peer);
    return peer;
  }

  /** The controller knows that the broker has what is stored now, and no error. */
  private static void acknowledged(String namespace, String pod, BrokerPeer peer) {
    soonAsserted(() -> {
      long stored = cluster.version(namespace);
      assertThat(peer.applied()).contains(stored);
      assertThat(state(namespace, pod).error()).isNull();
      assertThat(report(namespace, pod).version()).isEqualTo(stored);
    });
  }

  private static BrokerReport report(String namespace, String pod) {
    BrokerReport report = state(namespace, pod).report();
    if (report == null) {
      throw new AssertionError("no report yet");
    }
    return report;
  }

  private static ReplicaState state(String namespace, String pod) {
    return controller.replicas(namespace).stream()
        .filter(r -> r.pod().equals(pod))
        .findFirst()
        .orElseThrow(() -> new AssertionError("not known yet"));
  }

  private static byte[] key(String namespace) {
    soon(() -> cluster.secret(namespace, "mcp-gateway-keys") != null);
    return Base64.getDecoder()
        .decode(
            requireNonNull(
                value(requireNonNull(cluster.secret(namespace, "mcp-gateway-keys")), "push-key")));
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private static String metrics() throws Exception {
    try (HttpClient http = HttpClient.newHttpClient()) {
      return http.send(
              HttpRequest.newBuilder(
                      URI.create(
                          "http://127.0.0.1:%d/metrics".formatted(controller.managementPort())))
                  .build(),
              HttpResponse.BodyHandlers.ofString())
          .body();
    }
  }
}
