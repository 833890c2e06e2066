package dev.mcpgateway.controller;

import static dev.mcpgateway.controller.Cluster.retrying;
import static dev.mcpgateway.controller.Cluster.soon;
import static dev.mcpgateway.controller.Cluster.soonAsserted;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mcpgateway.broker.api.push.ServerReport;
import dev.mcpgateway.controller.api.McpGroup;
import dev.mcpgateway.controller.api.conditions.ConditionNames;
import dev.mcpgateway.controller.api.conditions.Conditions;
import dev.mcpgateway.controller.api.model.ExtensionStatus;
import dev.mcpgateway.controller.api.model.MCPGatewayExtension;
import dev.mcpgateway.controller.api.model.MCPServerRegistration;
import dev.mcpgateway.controller.api.model.MCPVirtualServer;
import dev.mcpgateway.controller.api.model.RegistrationSpec;
import dev.mcpgateway.controller.api.model.RegistrationStatus;
import dev.mcpgateway.controller.api.model.VirtualServerSpec;
import dev.mcpgateway.controller.api.model.VirtualServerStatus;
import dev.mcpgateway.controller.secrets.KeyName;
import dev.mcpgateway.controller.status.Patience;
import io.fabric8.kubeapitest.junit.EnableKubeAPIServer;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.api.model.apps.ReplicaSet;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.Resource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What brokers report, in the status of what they serve. */
@ExtendWith(NeedsApiServer.class)
@EnableKubeAPIServer(
    apiServerFlags = {
      "--bind-address", "127.0.0.1",
      "--advertise-address", "127.0.0.1",
      "--endpoint-reconciler-type", "none",
      // It wants a service account in every namespace, which nobody makes here.
      "--disable-admission-plugins", "ServiceAccount"
    })
class ReportsIT {
  // Set by the annotation above.
  @SuppressWarnings("NullAway.Init")
  static KubernetesClient client;

  @SuppressWarnings("NullAway.Init") // set before any test
  static Cluster cluster;

  @SuppressWarnings("NullAway.Init") // set before any test
  static FaultProxy proxy;

  @SuppressWarnings("NullAway.Init") // set before any test
  static RunningController controller;

  private final List<BrokerPeer> peers = new ArrayList<>();

  @BeforeAll
  static void start() {
    cluster = new Cluster(client);
    cluster.installCrds();
    proxy = new FaultProxy(client);
    controller = RunningController.behind(proxy, "reports", "reports").untilActing();
  }

  @AfterEach
  void stopPeers() {
    proxy.fate = r -> FaultProxy.PASS;
    peers.forEach(BrokerPeer::close);
  }

  @AfterAll
  static void stop() {
    if (controller != null) {
      controller.close();
    }
    if (proxy != null) {
      proxy.close();
    }
  }

  @Test
  void anExtensionIsProgrammedWhenEveryReplicaHasAcknowledgedWhatIsStored() {
    cluster.instance("all");
    soonAsserted(
        () -> assertThat(cluster.says("all", "e", "Programmed")).startsWith("False NoReplicas"));
    BrokerPeer one = broker("all", "one");
    BrokerPeer two = broker("all", "two");
    programmed("all", 2);

    two.refuse(true);
    cluster.server("all", "s", "all", "g");
    soonAsserted(() ->
        assertThat(cluster.says("all", "e", "Programmed"))
            .startsWith(
                "False NotDelivered 1/2 replicas at version %d. two: "
                    .formatted(cluster.version("all"))));
    assertThat(cluster.says("all", "e", "Ready")).startsWith("True");
    soonAsserted(() ->
        assertThat(cluster.registrationSays("all", "s", "Programmed"))
            .startsWith("False NotDelivered 1/2 replicas at the current configuration."));

    two.refuse(false);
    anotherVersion("all");
    one.report(up("all/s", "s_a", "s_b"));
    programmed("all", 2);
    soonAsserted(() -> assertThat(extensionStatus("all").tools()).isEqualTo(2));
    soonAsserted(() ->
        assertThat(cluster.registrationSays("all", "s", "Programmed"))
            .isEqualTo("True Programmed 2/2 replicas at the current configuration."));
  }

  @Test
  void aChangeThatBrokersTakeAtOnceIsNoTransitionOfProgrammed() {
    cluster.instance("settle");
    broker("settle", "one");
    programmed("settle", 1);
    String since =
        cluster.condition("settle", "e", "Programmed").orElseThrow().getLastTransitionTime();
    List<String> seen = new CopyOnWriteArrayList<>();
    int changes = 5;
    try (var _ =
        client
            .resources(MCPGatewayExtension.class)
            .inNamespace("settle")
            .watch(
                Watching.each(e ->
                    Conditions.find(
                            requireNonNull(e.getStatus()).conditions(), ConditionNames.PROGRAMMED)
                        .ifPresent(c -> seen.add(c.getStatus() + " " + c.getMessage()))))) {
      for (int i = 0; i < changes; i++) {
        int before = cluster.servers("settle").size();
        cluster.server("settle", "s" + i, "settle", "g");
        soon(() -> cluster.servers("settle").size() > before);
        programmed("settle", 1);
      }
      String last = "True 1/1 replicas at version %d.".formatted(cluster.version("settle"));
      soon(() -> seen.contains(last));
    }
    // Without settling every change is one; a slow moment of a shared machine may be, too.
    long lost =
        IntStream.range(1, seen.size())
            .filter(i -> seen.get(i).startsWith("False") && seen.get(i - 1).startsWith("True"))
            .count();
    assertThat(lost).isLessThan(changes - 1);
    if (lost == 0) {
      assertThat(
              cluster.condition("settle", "e", "Programmed").orElseThrow().getLastTransitionTime())
          .isEqualTo(since);
      assertThat(programmedEvents("settle")).containsExactly("Programmed");
    }
  }

  @Test
  void aBrokerForWhichThereIsNoPlaceIsNotCountedAsProgrammed() {
    cluster.instance("many");
    BrokerPeer peer = broker("many", "pod-00");
    BrokerPods pods = new BrokerPods(client);
    ReplicaSet brokers =
        pods.replicaSet("many", "more", pods.deployment("many", "more-broker-router"));
    for (int i = 1; i <= 64; i++) {
      pods.ready(pods.pod("many", "pod-%02d".formatted(i), peer.port(), brokers), "1");
    }
    soonAsserted(() ->
        assertThat(cluster.says("many", "e", "Programmed"))
            .startsWith("False NotDelivered 64/65 replicas at version ")
            .contains("pod-64: there are more brokers than configurations are pushed to"));
    client.pods().inNamespace("many").withName("pod-64").withGracePeriod(0).delete();
    programmed("many", 64);
  }

  @Test
  void thatBrokersAreLostAndComeBackIsToldInEvents() {
    cluster.instance("lost");
    BrokerPeer peer = broker("lost", "one");
    programmed("lost", 1);
    peer.refuse(true);
    cluster.server("lost", "s", "lost", "g");
    // Whichever is known first: that it has not been given to the broker, or that it cannot be.
    soonAsserted(() -> assertThat(programmedEvents("lost")).hasSize(2));
    assertThat(programmedEvents("lost")).containsAnyOf("Pending", "NotDelivered");
    peer.refuse(false);
    anotherVersion("lost");
    soonAsserted(() -> assertThat(programmedEvents("lost")).hasSize(3));
    assertThat(programmedEvents("lost")).filteredOn("Programmed"::equals).hasSize(2);
  }

  /** Reasons of Events about {@code Programmed} of the extension {@code e}. */
  private static List<String> programmedEvents(String namespace) {
    return cluster.events(namespace, "e").stream()
        .filter(reason -> !reason.endsWith("MCPGatewayExtension"))
        .toList();
  }

  @Test
  void c27ARegistrationIsReadyWhenABrokerIsConnectedAndItsTimesMoveOnlyWithItsValue() {
    cluster.instance("reg");
    BrokerPeer peer = broker("reg", "one");
    cluster.server("reg", "s", "reg", "g");
    registrationSays("Ready", "False NotReady No broker replica of the MCP gateway reports the");
    peer.report(down("reg/s", "connection refused"));
    registrationSays(
        "Ready",
        "False NotReady No broker replica of the MCP gateway is connected to the server: not served: connection refused");
    registrationSays("BackendReachable", "False NotConnected Connected from 0/1 replicas. connec");

    peer.report(up("reg/s", "s_a", "s_b"));
    registrationSays("Ready", "True Ready server added successfully");
    registrationSays(
        "BackendReachable", "True Connected Connected from 1/1 replicas; 2 tools; MCP 2025-11-25.");
    RegistrationStatus status = registration("reg");
    assertThat(status.discoveredTools()).isEqualTo(2);
    assertThat(status.tools()).containsExactly("s_a", "s_b");
    assertThat(status.protocolVersion()).isEqualTo("2025-11-25");
    String since = since("reg");

    // Another message is no transition.
    peer.report(up("reg/s", "s_a", "s_b", "s_c"));
    registrationSays("BackendReachable", "True Connected Connected from 1/1 replicas; 3 tools");
    assertThat(since("reg")).isEqualTo(since);
    soonAsserted(() ->
        assertThat(cluster.events("reg", "s")).containsExactlyInAnyOrder("NotReady", "Ready"));

    peer.report(down("reg/s", "connection reset"));
    registrationSays("Ready", "False NotReady");
    assertThat(registration("reg").tools()).isNull();
    client.pods().inNamespace("reg").withName("one").withGracePeriod(0).delete();
    registrationSays("Ready", Cluster.WITHOUT_BROKERS);
  }

  @Test
  void aChangedRegistrationIsNotReadyForWhatIsSaidOfItAsItWas() {
    cluster.instance("path");
    BrokerPeer peer = broker("path", "one");
    cluster.server("path", "s", "path", "g");
    peer.report(up("path/s", "s_a"));
    soonAsserted(() -> assertThat(cluster.registrationSays("path", "s")).startsWith("True"));
    programmed("path", 1);

    // The broker keeps what it has, and its old connection.
    peer.refuse(true);
    retrying(() -> {
      var _ =
          client
              .resources(MCPServerRegistration.class)
              .inNamespace("path")
              .withName("s")
              .edit(s -> {
                RegistrationSpec spec = requireNonNull(s.getSpec());
                s.setSpec(
                    new RegistrationSpec(
                        spec.targetRef(), spec.toolPrefix(), "/elsewhere", spec.credentialRef()));
                return s;
              });
    });
    soonAsserted(() ->
        assertThat(cluster.registrationSays("path", "s"))
            .isEqualTo(
                "False NotReady No broker replica of the MCP gateway has acknowledged the current configuration yet."));
    peer.refuse(false);
    anotherVersion("path");
    soonAsserted(() -> assertThat(cluster.registrationSays("path", "s")).startsWith("True"));
  }

  /** What a broker has refused is not given to it again. */
  private static void anotherVersion(String namespace) {
    cluster.virtualServer(namespace, "another", "a");
  }

  @Test
  void aBrokerThatIsNotHeardOfAnyMoreCountsForNothingWithoutAnyObjectChanging() {
    cluster.instance("silent");
    BrokerPeer peer = broker("silent", "one");
    cluster.server("silent", "s", "silent", "g");
    peer.report(up("silent/s", "s_a"));
    soonAsserted(() -> assertThat(cluster.registrationSays("silent", "s")).startsWith("True"));
    programmed("silent", 1);

    peer.answer(500);
    peer.report(up("silent/s", "s_a", "s_b"));
    await()
        .atMost(Duration.ofMinutes(2))
        .untilAsserted(() ->
            assertThat(cluster.says("silent", "e", "Programmed"))
                .startsWith("False NotDelivered 0/1 replicas"));
    soonAsserted(() -> assertThat(cluster.registrationSays("silent", "s")).startsWith("False"));
    assertThat(cluster.registrationSays("silent", "s", "BackendReachable")).isEmpty();

    peer.answer(200);
    programmed("silent", 1);
    soonAsserted(() -> assertThat(cluster.registrationSays("silent", "s")).startsWith("True"));
  }

  @Test
  void aChangeThatCannotBeStoredDoesNotStayReadyForLong() {
    cluster.instance("stuck");
    BrokerPeer peer = broker("stuck", "one");
    cluster.server("stuck", "s", "stuck", "g");
    cluster.virtualServer("stuck", "v", "s_a");
    peer.report(up("stuck/s", "s_a"));
    soon(() -> cluster.registrationSays("stuck", "s").startsWith("True"));
    soon(() -> cluster.virtualServerSays("stuck", "v", "Ready").startsWith("True"));

    retrying(() ->
        client
            .secrets()
            .inNamespace("stuck")
            .withName(McpGroup.CONFIG_SECRET)
            .edit(s -> new SecretBuilder(s).withImmutable(true).build()));
    long changed = System.nanoTime();
    retrying(() ->
        client
            .resources(MCPServerRegistration.class)
            .inNamespace("stuck")
            .withName("s")
            .edit(r -> {
              r.setSpec(
                  new RegistrationSpec(
                      r.getSpec().targetRef(), r.getSpec().toolPrefix(), "/moved", null));
              return r;
            }));
    retrying(() ->
        client
            .resources(MCPVirtualServer.class)
            .inNamespace("stuck")
            .withName("v")
            .edit(v -> {
              v.setSpec(new VirtualServerSpec(null, List.of("a")));
              return v;
            }));
    String unwritten =
        "The configuration of the MCP gateway has not been written yet; if it cannot be, its MCPGatewayExtension says why.";
    soonAsserted(() ->
        assertThat(cluster.registrationSays("stuck", "s"))
            .isEqualTo("False NotReady " + unwritten));
    assertThat(Duration.ofNanos(System.nanoTime() - changed)).isGreaterThan(Patience.LIMIT);
    assertThat(cluster.registrationSays("stuck", "s", "Programmed"))
        .isEqualTo("False Pending " + unwritten);
    soonAsserted(() ->
        assertThat(cluster.virtualServerSays("stuck", "v", "Ready"))
            .isEqualTo("False NotReady " + unwritten));
    assertThat(cluster.says("stuck", "e", "Programmed")).startsWith("False ConfigNotStored");

    client.secrets().inNamespace("stuck").withName(McpGroup.CONFIG_SECRET).delete();
    soon(() -> cluster.registrationSays("stuck", "s").startsWith("True"));
    soon(() -> cluster.virtualServerSays("stuck", "v", "Ready").startsWith("True"));
  }

  @Test
  void aVirtualServerTellsWhichOfItsToolsItsOwnGatewayServes() {
    cluster.instance("vs");
    cluster.instance("vs-other");
    cluster.server("vs", "s", "vs", "g");
    cluster.server("vs-other", "t", "vs-other", "g");
    broker("vs", "one").report(up("vs/s", "s_a", "s_b"));
    broker("vs-other", "one").report(up("vs-other/t", "t_a"));
    cluster.virtualServer("vs", "v", "s_a", "t_a");
    soonAsserted(() ->
        assertThat(cluster.virtualServerSays("vs", "v", "ResolvedRefs"))
            .startsWith("False UnknownTools 1 of 2 tools are not served"));
    VirtualServerStatus status =
        requireNonNull(
            client
                .resources(MCPVirtualServer.class)
                .inNamespace("vs")
                .withName("v")
                .get()
                .getStatus());
    assertThat(status.resolvedTools()).isEqualTo(1);
    assertThat(status.unknownTools()).containsExactly("t_a");
    assertThat(cluster.virtualServerSays("vs", "v", "Ready")).startsWith("True");
    soonAsserted(
        () -> assertThat(cluster.events("vs", "v")).filteredOn("Ready"::equals).hasSize(1));

    // On a slow machine its first status may have been that it is not stored yet.
    int before = Collections.frequency(cluster.events("vs", "v"), "NotReady");
    client.resources(MCPGatewayExtension.class).inNamespace("vs").delete();
    soonAsserted(() ->
        assertThat(cluster.events("vs", "v")).filteredOn("NotReady"::equals).hasSize(before + 1));
  }

  @Test
  void c18ReportsThatFlapCostAtMostTwoWritesASecondFewEventsAndEndRight() {
    cluster.instance("flap");
    BrokerPeer peer = broker("flap", "one");
    cluster.server("flap", "s", "flap", "g");
    peer.report(up("flap/s", "s_a"));
    soon(() -> cluster.registrationSays("flap", "s").startsWith("True"));
    int before = statusWrites("flap");
    long started = System.nanoTime();
    for (int i = 0; i < 40; i++) {
      int requests = peer.requests();
      peer.report(i % 2 == 0 ? down("flap/s", "reset " + i) : up("flap/s", "s_a"));
      soon(() -> peer.requests() > requests);
    }
    peer.report(up("flap/s", "s_a", "s_last"));
    soonAsserted(() -> assertThat(registration("flap").tools()).containsExactly("s_a", "s_last"));
    double seconds = (System.nanoTime() - started) / 1e9;
    assertThat(statusWrites("flap") - before).isLessThanOrEqualTo((int) (2 * seconds) + 2);
    // Ten at once, and one more each minute.
    assertThat(cluster.events("flap", "s")).hasSizeBetween(1, 10 + 1 + (int) (seconds / 60));
  }

  @Test
  void aReportThatSaysTheSameAgainWritesNothing() {
    cluster.instance("same");
    BrokerPeer peer = broker("same", "one");
    cluster.server("same", "s", "same", "g");
    peer.report(up("same/s", "s_a"));
    soon(() -> cluster.registrationSays("same", "s").startsWith("True"));
    programmed("same", 1);
    String version = resourceVersion("same");
    for (int i = 0; i < 5; i++) {
      int requests = peer.requests();
      peer.report(up("same/s", "s_a"));
      soon(() -> peer.requests() > requests);
    }
    // What is written for this one comes after whatever would have been for the other.
    cluster.instance("same-barrier");
    assertThat(resourceVersion("same")).isEqualTo(version);
  }

  @Test
  void c16BrokersWhoseConfigurationIsMissingForAMomentAreWhatTheyWere() {
    cluster.instance("missing");
    BrokerPeer peer = broker("missing", "one");
    peer.serve(1);
    cluster.server("missing", "s", "missing", "g");
    soonAsserted(() -> assertThat(cluster.registrationSays("missing", "s")).startsWith("True"));
    programmed("missing", 1);
    List<String> events = cluster.events("missing", "s");
    Resource<Secret> secret =
        client.secrets().inNamespace("missing").withName(McpGroup.CONFIG_SECRET);
    List<Runnable> losses =
        List.of(
            secret::delete,
            () ->
                retrying(() ->
                    secret.edit(s ->
                        new SecretBuilder(s)
                            .editMetadata()
                            .withLabels(Map.of())
                            .endMetadata()
                            .build())));
    for (Runnable loss : losses) {
      long version = cluster.version("missing");
      AtomicInteger refused = new AtomicInteger();
      proxy.fate =
          r -> {
            if (r.write() && r.path().contains("/namespaces/missing/secrets")) {
              refused.incrementAndGet();
              return new FaultProxy.Fate.Answer(500, "InternalError");
            }
            return FaultProxy.PASS;
          };
      loss.run();
      // Each waits longer than the one before: whoever follows the Secrets has long noticed.
      soon(() -> refused.get() >= 4);
      int tools = refused.get();
      peer.serve(tools);
      soonAsserted(() ->
          assertThat(controller.replicas("missing"))
              .singleElement()
              .satisfies(replica -> {
                assertThat(replica.error()).isNull();
                assertThat(requireNonNull(replica.heard()).servers())
                    .singleElement()
                    .returns("missing/s", ServerReport::name)
                    .returns(tools, ServerReport::toolCount);
              }));
      proxy.fate = r -> FaultProxy.PASS;
      soon(() -> cluster.version("missing") > version);
      programmed("missing", 1);
    }
    assertThat(cluster.registrationSays("missing", "s")).startsWith("True");
    assertThat(cluster.events("missing", "s")).containsExactlyInAnyOrderElementsOf(events);
    assertThat(programmedEvents("missing")).doesNotContain("NoReplicas");
  }

  @Test
  void c26ALeaderThatHasNotHeardOfBrokersYetTellsNothingAndNothingElseWhenItHas() {
    cluster.instance("heir");
    List<BrokerPeer> brokers = List.of(broker("heir", "one"), broker("heir", "two"));
    brokers.forEach(peer -> peer.serve(2));
    cluster.server("heir", "s", "heir", "g");
    cluster.virtualServer("heir", "v", "s_tool_0", "s_tool_1", "unknown");
    soonAsserted(() -> assertThat(cluster.registrationSays("heir", "s")).startsWith("True"));
    soonAsserted(() ->
        assertThat(cluster.virtualServerSays("heir", "v", "ResolvedRefs"))
            .startsWith("False UnknownTools 1 of 3"));
    programmed("heir", 2);
    soon(() -> Integer.valueOf(2).equals(extensionStatus("heir").tools()));
    Map<String, String> before = settled("heir");

    // Every object has been looked at while nothing was known, and again when everything was. What
    // a machine that stands still for longer than that is told is told in earnest.
    Promised.within(
        Patience.LIMIT.minusSeconds(1),
        n -> {
          Map<String, String> told = n == 1 ? before : settled("heir");
          brokers.forEach(peer -> peer.hold(true));
          long began = anotherLeader("heir-" + n);
          for (String kind : List.of("Instance", "Registration", "VirtualServer")) {
            soon(() -> cameBack(kind));
          }
          assertThat(controller.replicas("heir")).hasSize(2).allMatch(r -> r.report() == null);
          brokers.forEach(peer -> peer.hold(false));
          soon(() -> controller.replicas("heir").stream().allMatch(r -> r.report() != null));
          Duration took = Duration.ofNanos(System.nanoTime() - began);
          // What is written for these comes after whatever would have been for the others.
          cluster.instance("heir-barrier-" + n);
          cluster.server("heir-barrier-" + n, "s", "heir-barrier-" + n, "g");
          soonAsserted(() ->
              assertThat(cluster.registrationSays("heir-barrier-" + n, "s"))
                  .startsWith(Cluster.WITHOUT_BROKERS));
          if (took.compareTo(Patience.LIMIT) < 0) {
            assertThat(written("heir")).isEqualTo(told);
          }
          return took;
        });
  }

  /** Lets another controller lead and returns a moment at which it did not yet. */
  private static long anotherLeader(String identity) {
    controller.close();
    controller = RunningController.behind(proxy, identity, "reports");
    AtomicLong notYet = new AtomicLong(System.nanoTime());
    soon(() -> {
      long now = System.nanoTime();
      boolean leads = controller.leading();
      if (!leads) {
        notYet.set(now);
      }
      return leads;
    });
    controller.untilActing();
    return notYet.get();
  }

  /** Whether a pass over an object of a kind has found that it is too early to tell. */
  private static boolean cameBack(String kind) {
    return controller
        .get("/metrics")
        .body()
        .lines()
        .anyMatch(line ->
            line.startsWith(
                "mcp_controller_pass_seconds_count{kind=\"%s\",result=\"again\"}".formatted(kind)));
  }

  private static ExtensionStatus extensionStatus(String namespace) {
    return requireNonNull(
        client
            .resources(MCPGatewayExtension.class)
            .inNamespace(namespace)
            .withName("e")
            .get()
            .getStatus());
  }

  /** resourceVersions of everything in a namespace, Events too, once they stay. */
  private static Map<String, String> settled(String namespace) {
    AtomicReference<Map<String, String>> last = new AtomicReference<>(written(namespace));
    await()
        .during(Duration.ofSeconds(2))
        .atMost(Duration.ofSeconds(60))
        .until(() -> {
          Map<String, String> now = written(namespace);
          return now.equals(last.getAndSet(now));
        });
    return last.get();
  }

  private static Map<String, String> written(String namespace) {
    Map<String, String> versions = cluster.versions();
    versions.keySet().removeIf(k -> !k.contains(" " + namespace + "/"));
    return versions;
  }

  private static void registrationSays(String type, String expected) {
    soonAsserted(() -> assertThat(cluster.registrationSays("reg", "s", type)).startsWith(expected));
  }

  private static RegistrationStatus registration(String namespace) {
    return requireNonNull(
        client
            .resources(MCPServerRegistration.class)
            .inNamespace(namespace)
            .withName("s")
            .get()
            .getStatus());
  }

  private static String resourceVersion(String namespace) {
    return client
        .resources(MCPServerRegistration.class)
        .inNamespace(namespace)
        .withName("s")
        .get()
        .getMetadata()
        .getResourceVersion();
  }

  private static String since(String namespace) {
    return Conditions.find(registration(namespace).conditions(), "BackendReachable")
        .orElseThrow()
        .getLastTransitionTime();
  }

  private static int statusWrites(String namespace) {
    return (int)
        proxy.written().stream()
            .filter(r ->
                r.path().endsWith("/namespaces/" + namespace + "/mcpserverregistrations/s/status"))
            .count();
  }

  private static void programmed(String namespace, int replicas) {
    soonAsserted(() ->
        assertThat(cluster.says(namespace, "e", "Programmed"))
            .isEqualTo(
                "True Programmed %d/%d replicas at version %d."
                    .formatted(replicas, replicas, cluster.version(namespace))));
  }

  private BrokerPeer broker(String namespace, String pod) {
    String file =
        requireNonNull(
            Cluster.value(
                requireNonNull(cluster.secret(namespace, McpGroup.KEYS_SECRET)),
                KeyName.PUSH.file()));
    BrokerPeer peer = BrokerPeer.start(Base64.getDecoder().decode(file));
    peers.add(peer);
    new BrokerPods(client).broker(namespace, pod, peer.port());
    return peer;
  }

  private static ServerReport up(String name, String... tools) {
    return new ServerReport(
        name,
        true,
        true,
        "2025-11-25",
        tools.length,
        List.of(tools),
        List.of(),
        "server added successfully. Total tools added " + tools.length,
        null);
  }

  private static ServerReport down(String name, String why) {
    return new ServerReport(
        name, false, false, null, 0, List.of(), List.of(), "not served: " + why, why);
  }
}
