package dev.mcpgateway.controller;

import static dev.mcpgateway.controller.Cluster.soonAsserted;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mcpgateway.controller.FaultProxy.Fate;
import dev.mcpgateway.controller.api.model.MCPGatewayExtension;
import dev.mcpgateway.controller.api.model.MCPServerRegistration;
import io.fabric8.kubeapitest.junit.EnableKubeAPIServer;
import io.fabric8.kubernetes.api.model.gatewayapi.v1beta1.ReferenceGrant;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Rows C12 and C14 while the statuses of very many registrations wait to be written. */
@ExtendWith(NeedsApiServer.class)
@EnableKubeAPIServer(
    apiServerFlags = {
      "--bind-address", "127.0.0.1",
      "--advertise-address", "127.0.0.1",
      "--endpoint-reconciler-type", "none"
    })
class StormIT {
  private static final int MANY = 300;
  private static final Duration LONG = Duration.ofMinutes(3);

  // Set by the annotation above.
  @SuppressWarnings("NullAway.Init")
  static KubernetesClient client;

  // These are set below, before any test.
  @SuppressWarnings("NullAway.Init")
  static Cluster cluster;

  @SuppressWarnings("NullAway.Init") // set before any test
  static FaultProxy proxy;

  @SuppressWarnings("NullAway.Init") // set before any test
  static RunningController controller;

  @BeforeAll
  static void start() {
    cluster = new Cluster(client);
    cluster.installCrds();
    proxy = new FaultProxy(client);
    controller = RunningController.behind(proxy, "storm", "storm").untilActing();
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
  void c12c14RevocationsAndPromotionsDoNotWaitForHundredsOfStatuses() {
    // Each name after the one before: the order is the same when all are made in one second.
    List<String> teams = IntStream.rangeClosed(0, 3).mapToObj(i -> "team-" + i).toList();
    cluster.namespace("gateway-system", "storm");
    cluster.gateway("gateway-system", "g");
    List<ReferenceGrant> grants = new ArrayList<>();
    for (String team : teams) {
      cluster.namespace(team);
      grants.add(cluster.grant("gateway-system", team, "g"));
      cluster.extension(team, "e", "gateway-system", "g");
    }
    cluster.isReadySoon("team-0", "e");
    CountDownLatch storm = new CountDownLatch(1);
    AtomicInteger held = new AtomicInteger();
    proxy.fate =
        r -> {
          if (r.write() && r.path().contains("/storm/mcpserverregistrations/")) {
            held.incrementAndGet();
            return new Fate.Hold(storm);
          }
          return FaultProxy.PASS;
        };
    cluster.service("storm", "s");
    cluster.route("storm", "s", "gateway-system", "g");
    cluster.accept("storm", "s", true);
    IntStream.range(0, MANY)
        .parallel()
        .forEach(i -> cluster.registration("storm", "s", "r" + i, "p" + i + "_", null));
    await().atMost(LONG).until(() -> cluster.servers("team-0").size() == MANY);
    // As many statuses as may be on their way at once are, and none of them arrives.
    await().atMost(LONG).until(() -> held.get() >= 3);

    Promised.within(
        Promised.FIVE_SECONDS,
        n -> {
          String winner = teams.get(n - 1);
          String loser = teams.get(n);
          soonAsserted(() -> assertThat(cluster.says(loser, "e", "Ready")).contains("conflict"));
          return Promised.took(
              () -> {
                if (n % 2 == 1) {
                  cluster.delete(grants.get(n - 1));
                } else {
                  client.resources(MCPGatewayExtension.class).inNamespace(winner).delete();
                }
              },
              () -> {
                assertThat(cluster.servers(winner)).isEmpty();
                assertThat(cluster.ready(loser, "e")).isTrue();
                assertThat(cluster.servers(loser)).hasSize(MANY);
              });
        });
    assertThat(told()).isZero();

    proxy.fate = r -> FaultProxy.PASS;
    storm.countDown();
    await().atMost(LONG).until(() -> told() == MANY);
  }

  /** Registrations of the storm that have a status. */
  private static long told() {
    return client
        .resources(MCPServerRegistration.class)
        .inNamespace("storm")
        .list()
        .getItems()
        .stream()
        .filter(r -> r.getStatus() != null)
        .count();
  }
}
