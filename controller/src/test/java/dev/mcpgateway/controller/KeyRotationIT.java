package dev.mcpgateway.controller;

import static dev.mcpgateway.controller.Cluster.retrying;
import static dev.mcpgateway.controller.Cluster.soon;
import static dev.mcpgateway.controller.Cluster.soonAsserted;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpgateway.controller.api.McpGroup;
import dev.mcpgateway.controller.api.model.MCPGatewayExtension;
import io.fabric8.kubeapitest.junit.EnableKubeAPIServer;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A whole rotation of an instance's keys, in a minute instead of a day. */
@ExtendWith(NeedsApiServer.class)
@EnableKubeAPIServer(
    apiServerFlags = {
      "--bind-address", "127.0.0.1",
      "--advertise-address", "127.0.0.1",
      "--endpoint-reconciler-type", "none",
      "--disable-admission-plugins", "ServiceAccount"
    })
class KeyRotationIT {
  private static final List<String> NAMES =
      List.of("session-signing-key", "router-key", "push-key");

  // Set by the annotation above.
  @SuppressWarnings("NullAway.Init")
  static KubernetesClient client;

  private final SetClock clock = new SetClock();
  private int nudges;

  @Test
  void keysOverlapWhileTheyAreRotated() {
    Cluster cluster = new Cluster(client);
    cluster.installCrds();
    try (RunningController controller = RunningController.starting(client, "only", clock)) {
      controller.untilActing();
      cluster.namespace("r");
      cluster.gateway("r", "g");
      cluster.extension("r", "e", null, "g");
      cluster.isReadySoon("r", "e");
      Map<String, String> first = keys(cluster);
      assertThat(first).containsOnlyKeys(NAMES);
      try (BrokerPeer peer = BrokerPeer.start(push(first))) {
        new BrokerPods(client).broker("r", "one", peer.port());
        acknowledged(cluster, peer);

        ask("one");
        soon(() -> keys(cluster).size() == 6);
        Map<String, String> begun = keys(cluster);
        assertThat(begun).containsAllEntriesOf(first);
        NAMES.forEach(n -> assertThat(begun.get(n + ".next")).isNotEqualTo(first.get(n)));

        clock.advance(Duration.ofSeconds(179));
        // The second pass begins when the first is over, keys included.
        nudge(cluster, peer);
        nudge(cluster, peer);
        assertThat(keys(cluster)).isEqualTo(begun);

        clock.advance(Duration.ofSeconds(1));
        nudge(cluster, peer);
        soon(() -> keys(cluster).containsKey("push-key.previous"));
        Map<String, String> promoted = keys(cluster);
        assertThat(promoted).hasSize(6);
        for (String name : NAMES) {
          assertThat(promoted.get(name)).isEqualTo(begun.get(name + ".next"));
          assertThat(promoted.get(name + ".previous")).isEqualTo(first.get(name));
        }
        // A broker whose kubelet has brought nothing yet is still told everything.
        nudge(cluster, peer);
        peer.know(push(promoted));
        nudge(cluster, peer);

        clock.advance(Duration.ofHours(25));
        nudge(cluster, peer);
        soonAsserted(() -> assertThat(keys(cluster)).containsOnlyKeys(NAMES));
        assertThat(keys(cluster)).isEqualTo(only(promoted));
        nudge(cluster, peer);
        assertThat(keys(cluster)).isEqualTo(only(promoted));

        ask("two");
        soon(() -> keys(cluster).size() == 6);
        assertThat(keys(cluster)).containsAllEntriesOf(only(promoted));
        assertThat(annotations(cluster)).containsEntry("mcp.kagenti.com/rotation", "two");
      }
    }
  }

  private static void ask(String request) {
    retrying(() ->
        client
            .resources(MCPGatewayExtension.class)
            .inNamespace("r")
            .withName("e")
            .patch(
                PatchContext.of(PatchType.JSON_MERGE),
                "{\"metadata\":{\"annotations\":{\"mcp.kagenti.com/rotate-keys\":\"%s\"}}}"
                    .formatted(request)));
  }

  /** Another configuration: leads to a pass, and waits until the broker has it. */
  private void nudge(Cluster cluster, BrokerPeer peer) {
    String name = "nudge-" + ++nudges;
    cluster.virtualServer("r", name, "x");
    soonAsserted(() -> assertThat(peer.document()).contains("r/" + name));
    acknowledged(cluster, peer);
  }

  private static void acknowledged(Cluster cluster, BrokerPeer peer) {
    soonAsserted(() -> assertThat(peer.applied()).contains(cluster.version("r")));
  }

  private static Map<String, String> only(Map<String, String> keys) {
    Map<String, String> current = new TreeMap<>(keys);
    current.keySet().retainAll(NAMES);
    return current;
  }

  private static Map<String, String> keys(Cluster cluster) {
    Secret secret = requireNonNull(cluster.secret("r", McpGroup.KEYS_SECRET));
    Map<String, String> keys = new TreeMap<>();
    secret.getData().keySet().forEach(n -> keys.put(n, requireNonNull(Cluster.value(secret, n))));
    return keys;
  }

  private static Map<String, String> annotations(Cluster cluster) {
    return requireNonNull(cluster.secret("r", McpGroup.KEYS_SECRET)).getMetadata().getAnnotations();
  }

  private static byte[] push(Map<String, String> keys) {
    return Base64.getDecoder().decode(requireNonNull(keys.get("push-key")));
  }

  private static final class SetClock extends Clock {
    private volatile Instant now = Instant.now();

    void advance(Duration by) {
      now = now.plus(by);
    }

    @Override
    public Instant instant() {
      return now;
    }

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      return this;
    }
  }
}
