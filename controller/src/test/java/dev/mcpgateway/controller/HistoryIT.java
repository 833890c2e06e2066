package dev.mcpgateway.controller;

import static dev.mcpgateway.controller.Cluster.soon;
import static dev.mcpgateway.controller.Cluster.soonAsserted;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.mcpgateway.controller.api.McpGroup;
import dev.mcpgateway.controller.api.facts.FactsMapper;
import dev.mcpgateway.controller.api.model.MCPGatewayExtension;
import dev.mcpgateway.controller.api.model.MCPServerRegistration;
import dev.mcpgateway.controller.api.model.MCPVirtualServer;
import io.fabric8.kubeapitest.junit.EnableKubeAPIServer;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.Gateway;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.HTTPRoute;
import io.fabric8.kubernetes.api.model.gatewayapi.v1beta1.ReferenceGrant;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * The state depends on what is wanted now, not on what was wanted before, and not on clocks or
 * strange names. Rows C25, C28 and C29.
 */
@ExtendWith(NeedsApiServer.class)
@EnableKubeAPIServer(
    apiServerFlags = {
      "--bind-address", "127.0.0.1",
      "--advertise-address", "127.0.0.1",
      "--endpoint-reconciler-type", "none"
    })
class HistoryIT {
  private static final int STEPS = 60;

  // Set by the annotation above.
  @SuppressWarnings("NullAway.Init")
  static KubernetesClient client;

  @SuppressWarnings("NullAway.Init") // set before any test
  static Cluster cluster;

  @BeforeAll
  static void crds() {
    cluster = new Cluster(client);
    cluster.installCrds();
    cluster.namespace("gateway-system");
  }

  @Test
  void c25AnyHistoryEndsInTheStateOfAFreshInstall() {
    long seed = 20261122;
    Random random = new Random(seed);
    List<String> teams = List.of("c25-a", "c25-b", "c25-c");
    teams.forEach(cluster::namespace);
    cluster.gateway("gateway-system", "one");
    cluster.gateway("gateway-system", "two");
    teams.forEach(HistoryIT::servers);
    String after;
    try (var _ = RunningController.acting(client)) {
      for (int i = 0; i < STEPS; i++) {
        step(random, teams);
      }
      after = settled(teams);
      assertThat(after).as("all of it is about now").doesNotContain("outdated");
    }
    freshInstall(teams);
    assertThat(state(teams)).as("nothing is left of it").doesNotContain("Ready=");
    try (var _ = RunningController.acting(client)) {
      soonAsserted(() -> assertThat(settled(teams)).as("seed %d", seed).isEqualTo(after));
    }
  }

  private static void servers(String team) {
    cluster.server(team, "s", "gateway-system", "one");
    cluster.virtualServer(team, "v", "s_a");
  }

  /**
   * Everything is deleted, and what is wanted now is made again, in the order of age: nothing else
   * of the past may matter.
   */
  private static void freshInstall(List<String> teams) {
    record Wanted(String team, String gateway, String created) {}
    List<Wanted> extensions =
        teams.stream()
            .map(HistoryIT::extension)
            .filter(Objects::nonNull)
            .map(e ->
                new Wanted(
                    e.getMetadata().getNamespace(),
                    requireNonNull(requireNonNull(e.getSpec().targetRef()).name()),
                    e.getMetadata().getCreationTimestamp()))
            .sorted(Comparator.comparing(Wanted::created).thenComparing(Wanted::team))
            .toList();
    List<String> granted = teams.stream().filter(t -> !grants(t).isEmpty()).toList();
    boolean two =
        client.resources(Gateway.class).inNamespace("gateway-system").withName("two").get() != null;
    client.resources(ReferenceGrant.class).inNamespace("gateway-system").delete();
    client.resources(Gateway.class).inNamespace("gateway-system").delete();
    for (String team : teams) {
      client.resources(MCPGatewayExtension.class).inNamespace(team).delete();
      client.resources(MCPServerRegistration.class).inNamespace(team).delete();
      client.resources(MCPVirtualServer.class).inNamespace(team).delete();
      client.resources(HTTPRoute.class).inNamespace(team).delete();
      client.services().inNamespace(team).withName("s").delete();
      client.secrets().inNamespace(team).delete();
    }
    cluster.gateway("gateway-system", "one");
    if (two) {
      cluster.gateway("gateway-system", "two");
    }
    teams.forEach(HistoryIT::servers);
    granted.forEach(t -> cluster.grant("gateway-system", t, null));
    for (Wanted wanted : extensions) {
      MCPGatewayExtension made =
          cluster.extension(wanted.team(), "e", "gateway-system", wanted.gateway());
      // The next one is younger, as it was: that is told in seconds.
      Instant next = Instant.parse(made.getMetadata().getCreationTimestamp()).plusSeconds(1);
      await().until(() -> !Instant.now().isBefore(next));
    }
  }

  private static void step(Random random, List<String> teams) {
    String team = teams.get(random.nextInt(teams.size()));
    String gateway = random.nextBoolean() ? "one" : "two";
    switch (random.nextInt(6)) {
      case 0 -> {
        if (extension(team) == null) {
          cluster.extension(team, "e", "gateway-system", gateway);
        }
      }
      case 1 -> client.resources(MCPGatewayExtension.class).inNamespace(team).delete();
      case 2 -> {
        if (extension(team) != null) {
          cluster.retarget(team, "e", "gateway-system", gateway);
        }
      }
      case 3 -> {
        if (grants(team).isEmpty()) {
          cluster.grant("gateway-system", team, null);
        }
      }
      case 4 -> grants(team).forEach(cluster::delete);
      default -> {
        Gateway present =
            client.resources(Gateway.class).inNamespace("gateway-system").withName("two").get();
        if (present == null) {
          cluster.gateway("gateway-system", "two");
        } else {
          cluster.delete(present);
        }
      }
    }
  }

  /** What the controller has made of it, without versions and times, once it stands still. */
  private static String settled(List<String> teams) {
    List<String> last = new ArrayList<>(List.of(""));
    await()
        .during(Duration.ofSeconds(3))
        .atMost(Duration.ofSeconds(60))
        .until(() -> last.getFirst().equals(last.set(0, state(teams))));
    return last.getFirst();
  }

  private static String state(List<String> teams) {
    StringBuilder state = new StringBuilder();
    for (String team : teams) {
      state.append(team).append('\n').append(cluster.document(team)).append('\n');
      for (HasMetadata object : objects(team)) {
        state.append(object.getKind()).append('\n').append(status(object));
      }
      state.append(keys(team)).append('\n').append(entries(team)).append('\n');
    }
    return state.toString();
  }

  private static List<HasMetadata> objects(String team) {
    return Stream.of(
            extension(team),
            client.resources(MCPServerRegistration.class).inNamespace(team).withName("s").get(),
            client.resources(MCPVirtualServer.class).inNamespace(team).withName("v").get())
        .filter(Objects::nonNull)
        .map(HasMetadata.class::cast)
        .toList();
  }

  /** The whole status but times; generations only where they are not the present one. */
  private static String status(HasMetadata object) {
    JsonNode json =
        client.getKubernetesSerialization().convertValue(object, JsonNode.class).path("status");
    StringBuilder text = new StringBuilder();
    for (JsonNode condition : json.path("conditions")) {
      boolean now =
          condition.path("observedGeneration").asLong() == object.getMetadata().getGeneration();
      text.append(
          "%s=%s %s %s%s%n"
              .formatted(
                  condition.path("type").asText(),
                  condition.path("status").asText(),
                  condition.path("reason").asText(),
                  condition.path("message").asText(),
                  now ? "" : " outdated"));
    }
    json.properties().stream()
        .filter(field -> !field.getKey().equals("conditions"))
        .forEach(field -> text.append(field).append('\n'));
    return text.toString();
  }

  /** Who owns the keys, and that they are there. */
  private static String keys(String team) {
    Secret keys = cluster.secret(team, McpGroup.KEYS_SECRET);
    MCPGatewayExtension extension = extension(team);
    if (keys == null || extension == null) {
      // The garbage collector, which does not run here, takes them with their owner.
      return "no extension, or no keys";
    }
    boolean owned =
        keys.getMetadata().getOwnerReferences().stream()
            .anyMatch(o -> o.getUid().equals(extension.getMetadata().getUid()));
    return new TreeSet<>(keys.getData().keySet()) + (owned ? " owned" : " not owned");
  }

  /** What our entries in the route's status say. */
  private static String entries(String team) {
    HTTPRoute route = client.resources(HTTPRoute.class).inNamespace(team).withName("s").get();
    return route.getStatus().getParents().stream()
        .filter(p -> FactsMapper.ROUTE_CONTROLLER_NAME.equals(p.getControllerName()))
        .map(p ->
            p.getParentRef().getName()
                + p.getConditions().stream()
                    .map(c -> " " + c.getType() + c.getStatus() + c.getReason() + c.getMessage())
                    .toList())
        .toList()
        .toString();
  }

  private static MCPGatewayExtension extension(String team) {
    return client.resources(MCPGatewayExtension.class).inNamespace(team).withName("e").get();
  }

  private static List<ReferenceGrant> grants(String team) {
    return client
        .resources(ReferenceGrant.class)
        .inNamespace("gateway-system")
        .list()
        .getItems()
        .stream()
        .filter(g -> g.getSpec().getFrom().getFirst().getNamespace().equals(team))
        .toList();
  }

  @Test
  void c28LongAndUnusualNamesAreServedAndReported() {
    String longName = "a".repeat(245) + ".example";
    String namespace = "n".repeat(63);
    cluster.namespace(namespace);
    cluster.gateway(namespace, longName);
    cluster.extension(namespace, longName, null, longName);
    try (var _ = RunningController.acting(client)) {
      cluster.isReadySoon(namespace, longName);
      soonAsserted(() ->
          assertThat(cluster.events(namespace, longName))
              .containsExactly("ValidMCPGatewayExtension"));
      assertThat(cluster.version(namespace)).isPositive();
    }
  }

  @Test
  void c28TextInSpecificationsNeverBecomesStructureInTheDocument() {
    cluster.namespace("c28");
    cluster.gateway("c28", "g");
    cluster.extension("c28", "e", null, "g");
    cluster.server("c28", "s", "c28", "g");
    cluster.virtualServer("c28", "v", "a: {b: c}", "\"quoted\" # not a comment", "ünïcödé ☃ 🛠");
    try (var _ = RunningController.acting(client)) {
      soonAsserted(() -> assertThat(cluster.document("c28")).contains("c28/v"));
      assertThat(
              Cluster.config(requireNonNull(cluster.document("c28")))
                  .virtualServers()
                  .getFirst()
                  .tools())
          .containsExactlyInAnyOrder("a: {b: c}", "\"quoted\" # not a comment", "ünïcödé ☃ 🛠");
    }
  }

  @Test
  void c29ClocksThatAreWrongNeitherTakeVersionsBackNorMoveWinners() {
    cluster.namespace("c29", "c29b");
    cluster.gateway("gateway-system", "c29");
    cluster.grant("gateway-system", "c29", null);
    cluster.grant("gateway-system", "c29b", null);
    cluster.extension("c29", "e", "gateway-system", "c29");
    long version;
    try (var _ = at(Duration.ofHours(1))) {
      cluster.isReadySoon("c29", "e");
      soon(() -> cluster.version("c29") > 0);
      version = cluster.version("c29");
      assertThat(version).isGreaterThan(System.currentTimeMillis());
    }
    try (var _ = at(Duration.ofHours(-1))) {
      cluster.extension("c29b", "e", "gateway-system", "c29");
      cluster.server("c29", "s", "gateway-system", "c29");
      soon(() -> cluster.servers("c29").equals(List.of("c29/s")));
      assertThat(cluster.version("c29")).isEqualTo(version + 1);
      soonAsserted(() -> assertThat(cluster.says("c29b", "e", "Ready")).contains("conflict"));
      client.resources(MCPServerRegistration.class).inNamespace("c29").delete();
      soon(() -> cluster.version("c29") == version + 2);
    }
  }

  private static RunningController at(Duration offset) {
    client.leases().inNamespace("default").withName("mcp-controller").delete();
    return RunningController.starting(client, "wrong", Clock.offset(Clock.systemUTC(), offset))
        .untilActing();
  }
}
