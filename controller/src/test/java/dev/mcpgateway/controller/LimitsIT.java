package dev.mcpgateway.controller;

import static dev.mcpgateway.controller.Cluster.soon;
import static dev.mcpgateway.controller.Cluster.soonAsserted;
import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mcpgateway.controller.FaultProxy.Fate;
import dev.mcpgateway.controller.api.McpGroup;
import dev.mcpgateway.controller.api.facts.FactsMapper;
import dev.mcpgateway.controller.api.model.ConditionedStatus;
import dev.mcpgateway.controller.api.model.CredentialRef;
import dev.mcpgateway.controller.api.model.MCPGatewayExtension;
import dev.mcpgateway.controller.api.model.MCPServerRegistration;
import dev.mcpgateway.controller.api.model.MCPVirtualServer;
import dev.mcpgateway.controller.api.model.RegistrationSpec;
import dev.mcpgateway.controller.api.model.VirtualServerSpec;
import dev.mcpgateway.controller.observe.ConfigSize;
import io.fabric8.kubeapitest.junit.EnableKubeAPIServer;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.Gateway;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.HTTPRoute;
import io.fabric8.kubernetes.api.model.gatewayapi.v1beta1.ReferenceGrant;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Much at once, too much, secrets that stay secret, and what is left at the end. Rows C16, C17,
 * C21, C23, C27.
 */
@ExtendWith(NeedsApiServer.class)
@EnableKubeAPIServer(
    apiServerFlags = {
      "--bind-address", "127.0.0.1",
      "--advertise-address", "127.0.0.1",
      "--endpoint-reconciler-type", "none"
    })
class LimitsIT {
  private static final Duration LONG = Duration.ofSeconds(90);

  // Set by the annotation above.
  @SuppressWarnings("NullAway.Init")
  static KubernetesClient client;

  @SuppressWarnings("NullAway.Init") // set before any test
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
    controller = RunningController.behind(proxy, "limits", "limits").untilActing();
  }

  @AfterEach
  void noMoreFaults() {
    proxy.fate = r -> FaultProxy.PASS;
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
  void c17ABurstOfRegistrationsCostsFewWrites() {
    int many = 300;
    cluster.instance("c17");
    cluster.server("c17", "s", "c17", "g");
    soon(() -> cluster.servers("c17").size() == 1);
    long started = System.nanoTime();
    int before = configWrites("c17");
    int refused = proxy.refused("c17");
    IntStream.range(1, many)
        .parallel()
        .forEach(i -> cluster.registration("c17", "s", "s" + i, "p" + i + "_", null));
    await().atMost(LONG).until(() -> cluster.servers("c17").size() == many);
    double seconds = (System.nanoTime() - started) / 1e9;
    assertThat(configWrites("c17") - before)
        .isLessThanOrEqualTo((int) (2 * seconds) + 2 + proxy.refused("c17") - refused);
  }

  @Test
  void c17ABurstOfExtensionsCostsEachOfThemFewWrites() {
    List<String> teams = IntStream.range(0, 60).mapToObj(i -> "c17e-" + i).toList();
    long started = System.nanoTime();
    teams.parallelStream()
        .forEach(team -> {
          cluster.namespace(team);
          cluster.gateway(team, "g");
          cluster.extension(team, "e", null, "g");
          cluster.service(team, "s");
          cluster.route(team, "s", team, "g");
          cluster.accept(team, "s", true);
          IntStream.range(0, 5)
              .forEach(i -> cluster.registration(team, "s", "s" + i, "p" + i + "_", null));
        });
    await().atMost(LONG).until(() -> teams.stream().allMatch(t -> cluster.servers(t).size() == 5));
    await().atMost(LONG).until(() -> teams.stream().allMatch(t -> cluster.ready(t, "e")));
    double seconds = (System.nanoTime() - started) / 1e9;
    assertThat(teams)
        .allSatisfy(team ->
            assertThat(configWrites(team))
                .isLessThanOrEqualTo((int) (2 * seconds) + 2 + proxy.refused(team)));
    // Made once, for each.
    assertThat(
            proxy.written().stream()
                .filter(
                    r -> r.path().contains("/namespaces/c17e-") && r.path().endsWith("/secrets")))
        .hasSize(2 * teams.size());
  }

  @Test
  void c16SecretsThatAreDeletedOrEditedByHandAreRestoredWithinFiveSeconds() {
    cluster.instance("c16");
    cluster.server("c16", "s", "c16", "g");
    soon(() -> cluster.servers("c16").equals(List.of("c16/s")));
    String good = requireNonNull(cluster.document("c16"));
    for (String secret : List.of(McpGroup.CONFIG_SECRET, McpGroup.KEYS_SECRET)) {
      Promised.within(
          Promised.FIVE_SECONDS,
          n ->
              Promised.took(
                  () -> client.secrets().inNamespace("c16").withName(secret).delete(),
                  () -> {
                    assertThat(cluster.secret("c16", secret)).isNotNull();
                    assertThat(cluster.document("c16")).isEqualTo(good);
                  }));
    }
    Promised.within(
        Promised.FIVE_SECONDS,
        n ->
            Promised.took(
                () -> edit(McpGroup.CONFIG_SECRET, "config.yaml", "servers: [] # by hand"),
                () -> assertThat(cluster.document("c16")).isEqualTo(good)));
    Promised.within(
        Promised.FIVE_SECONDS,
        n ->
            Promised.took(
                () -> edit(McpGroup.KEYS_SECRET, "push-key", "by hand"),
                () ->
                    assertThat(
                            Cluster.value(
                                requireNonNull(cluster.secret("c16", McpGroup.KEYS_SECRET)),
                                "push-key"))
                        .hasSize(44)));
    // No broker would start with one of these.
    for (String key : List.of("push-key.previous", "router-key.next")) {
      Promised.within(
          Promised.FIVE_SECONDS,
          n ->
              Promised.took(
                  () -> edit(McpGroup.KEYS_SECRET, key, "by hand"),
                  () ->
                      assertThat(
                              requireNonNull(cluster.secret("c16", McpGroup.KEYS_SECRET)).getData())
                          .containsOnlyKeys("session-signing-key", "router-key", "push-key")));
    }
  }

  @Test
  void c16NewKeysThatCannotBeStoredAreToldOnce() {
    cluster.instance("c16i");
    Cluster.retrying(() ->
        client
            .secrets()
            .inNamespace("c16i")
            .withName(McpGroup.KEYS_SECRET)
            .edit(s -> new SecretBuilder(s).withImmutable(true).build()));
    int before = proxy.writes().size();
    Cluster.retrying(() ->
        client
            .resources(MCPGatewayExtension.class)
            .inNamespace("c16i")
            .withName("e")
            .patch(
                PatchContext.of(PatchType.JSON_MERGE),
                "{\"metadata\":{\"annotations\":{\"mcp.kagenti.com/rotate-keys\":\"1\"}}}"));
    // Tried again and again, and told once.
    soon(() ->
        proxy.writes().stream()
                .skip(before)
                .filter(r -> r.path().endsWith("/c16i/secrets/" + McpGroup.KEYS_SECRET))
                .count()
            >= 3);
    soonAsserted(() ->
        assertThat(cluster.events("c16i", "e")).filteredOn("KeysNotRotated"::equals).hasSize(1));
    assertThat(cluster.ready("c16i", "e")).isTrue();
  }

  /** Replaces what stands in a Secret. */
  private static void edit(String secret, String key, String value) {
    Cluster.retrying(() ->
        client
            .secrets()
            .inNamespace("c16")
            .withName(secret)
            .edit(s -> new SecretBuilder(s).addToStringData(key, value).build()));
  }

  @Test
  void c27EveryStatusTellsItsGenerationAndEverythingIsWrittenByOneFieldManager() {
    cluster.instance("c27");
    cluster.server("c27", "s", "c27", "g");
    cluster.virtualServer("c27", "v", "s_a");
    soon(() -> isAbout(registration(), 1) && isAbout(virtualServer(), 1));
    Cluster.retrying(() ->
        client
            .resources(MCPServerRegistration.class)
            .inNamespace("c27")
            .withName("s")
            .edit(r -> {
              RegistrationSpec spec = requireNonNull(r.getSpec());
              r.setSpec(new RegistrationSpec(spec.targetRef(), spec.toolPrefix(), "/else", null));
              return r;
            }));
    Cluster.retrying(() ->
        client
            .resources(MCPVirtualServer.class)
            .inNamespace("c27")
            .withName("v")
            .edit(v -> {
              v.setSpec(new VirtualServerSpec(null, List.of("s_b")));
              return v;
            }));
    soon(() -> isAbout(registration(), 2) && isAbout(virtualServer(), 2));

    for (HasMetadata object :
        List.of(
            client.resources(MCPGatewayExtension.class).inNamespace("c27").withName("e").get(),
            registration(),
            virtualServer())) {
      assertThat(object.getMetadata().getManagedFields())
          .filteredOn(f -> "status".equals(f.getSubresource()))
          .as(object.getKind())
          .extracting(f -> f.getManager() + " " + f.getOperation())
          .containsExactly("mcp-controller Apply");
    }
    for (String secret : List.of(McpGroup.CONFIG_SECRET, McpGroup.KEYS_SECRET)) {
      assertThat(requireNonNull(cluster.secret("c27", secret)).getMetadata().getManagedFields())
          .as(secret)
          .isNotEmpty()
          .allMatch(f -> "mcp-controller".equals(f.getManager()));
    }
  }

  private static MCPServerRegistration registration() {
    return client.resources(MCPServerRegistration.class).inNamespace("c27").withName("s").get();
  }

  private static MCPVirtualServer virtualServer() {
    return client.resources(MCPVirtualServer.class).inNamespace("c27").withName("v").get();
  }

  /** Whether every condition was made from a generation, which is the present one. */
  private static <S extends ConditionedStatus<S>> boolean isAbout(
      CustomResource<?, S> object, long generation) {
    List<Condition> conditions =
        object.getStatus() == null ? null : object.getStatus().conditions();
    return conditions != null
        && !conditions.isEmpty()
        && object.getMetadata().getGeneration() == generation
        && conditions.stream().allMatch(c -> c.getObservedGeneration() == generation);
  }

  @Test
  void c17AConfigurationThatWouldNotFitIsToldAndTheLastGoodOneStays() {
    cluster.instance("c17b");
    cluster.server("c17b", "s", "c17b", "g");
    soon(() -> cluster.servers("c17b").equals(List.of("c17b/s")));
    String[] names =
        IntStream.range(0, 1000)
            .mapToObj(i -> "%04d".formatted(i) + "x".repeat(124))
            .toArray(String[]::new);
    int fit = ConfigSize.LIMIT / (1000 * 136);
    IntStream.rangeClosed(1, fit).forEach(i -> cluster.virtualServer("c17b", "v" + i, names));
    await()
        .atMost(LONG)
        .until(() -> requireNonNull(cluster.document("c17b")).contains("c17b/v" + fit));
    cluster.virtualServer("c17b", "too-much", names);
    cluster.server("c17b", "later", "c17b", "g");
    soonAsserted(() ->
        assertThat(cluster.says("c17b", "e", "Programmed")).startsWith("False ConfigTooLarge"));
    soonAsserted(() ->
        assertThat(cluster.registrationSays("c17b", "later"))
            .startsWith("False NotReady The configuration of the MCP gateway would exceed"));
    assertThat(requireNonNull(cluster.document("c17b")).getBytes(UTF_8))
        .hasSizeLessThanOrEqualTo(ConfigSize.LIMIT);
    assertThat(cluster.servers("c17b")).containsExactly("c17b/s");

    // Also when somebody deletes it or writes something else into it.
    String good = requireNonNull(cluster.document("c17b"));
    long version = cluster.version("c17b");
    client.secrets().inNamespace("c17b").withName(McpGroup.CONFIG_SECRET).delete();
    soonAsserted(() -> assertThat(cluster.document("c17b")).isEqualTo(good));
    assertThat(cluster.version("c17b")).isGreaterThan(version);
    Cluster.retrying(() ->
        client
            .secrets()
            .inNamespace("c17b")
            .withName(McpGroup.CONFIG_SECRET)
            .edit(s -> new SecretBuilder(s).addToStringData("config.yaml", "servers: []").build()));
    soonAsserted(() -> assertThat(cluster.document("c17b")).isEqualTo(good));
    soonAsserted(() ->
        assertThat(cluster.events("c17b", "e")).filteredOn("ConfigRestored"::equals).hasSize(2));
    assertThat(cluster.says("c17b", "e", "Programmed")).startsWith("False ConfigTooLarge");

    // What was good for one Gateway does not stay in force for another one.
    cluster.gateway("c17b", "h");
    cluster.retarget("c17b", "e", null, "h");
    soonAsserted(() -> assertThat(cluster.servers("c17b")).isEmpty());
    soonAsserted(() ->
        assertThat(cluster.says("c17b", "e", "Programmed"))
            .startsWith("False ConfigTooLarge")
            .contains("no other one is stored for this Gateway"));
    cluster.retarget("c17b", "e", null, "g");

    client.resources(MCPVirtualServer.class).inNamespace("c17b").withName("too-much").delete();
    soonAsserted(() -> assertThat(cluster.servers("c17b")).containsExactly("c17b/later", "c17b/s"));
    soonAsserted(
        () -> assertThat(cluster.says("c17b", "e", "Programmed")).doesNotContain("ConfigTooLarge"));
  }

  @Test
  void c21AnUnusableCredentialIsToldAndNoValueIsEverShown() {
    List<String> logged;
    try (CapturedLog log = CapturedLog.ours()) {
      cluster.instance("c21");
      cluster.service("c21", "s");
      cluster.route("c21", "s", "c21", "g");
      cluster.accept("c21", "s", true);
      cluster.registration("c21", "s", "s_", new CredentialRef("token", "token"));
      cluster.credential("c21", "token", "Bearer s3cr3t-one");
      soonAsserted(() -> assertThat(cluster.document("c21")).contains("s3cr3t-one"));
      // Without its label it is nobody's business any more.
      editToken(s ->
          new SecretBuilder(s)
              .editMetadata()
              .removeFromLabels(McpGroup.CREDENTIAL_LABEL)
              .endMetadata()
              .build());
      resolvedRefs("False CredentialNotFound credential secret c21/token not found");
      soon(() -> cluster.servers("c21").isEmpty());
      editToken(s ->
          new SecretBuilder(s)
              .editMetadata()
              .addToLabels(McpGroup.CREDENTIAL_LABEL, "true")
              .endMetadata()
              .addToStringData("token", "Bearer s3cr3t-two\nX-More: s3cr3t")
              .build());
      resolvedRefs("False CredentialInvalid credential secret c21/token: the value of token has");
      editToken(s ->
          new SecretBuilder(s).addToStringData("token", "s3cr3t" + "y".repeat(500_000)).build());
      resolvedRefs(
          "False CredentialInvalid credential secret c21/token: the value of token has more");
      editToken(s -> new SecretBuilder(s).addToStringData("token", "Bearer s3cr3t-three").build());
      soonAsserted(() -> assertThat(cluster.document("c21")).contains("s3cr3t-three"));
      resolvedRefs("True ResolvedRefs");
      logged = log.lines();
    }
    assertThat(logged).isNotEmpty().noneMatch(line -> line.contains("s3cr3t"));
    assertThat(client.v1().events().inNamespace("c21").list().toString()).doesNotContain("s3cr3t");
    assertThat(client.resources(MCPServerRegistration.class).inNamespace("c21").list().toString())
        .doesNotContain("s3cr3t");
    assertThat(client.resources(MCPGatewayExtension.class).inNamespace("c21").list().toString())
        .doesNotContain("s3cr3t");
    assertThat(client.resources(HTTPRoute.class).inNamespace("c21").list().toString())
        .doesNotContain("s3cr3t");
  }

  @Test
  void c23WhatCannotBeCleanedUpIsTriedUntilItCan() {
    cluster.instance("c23");
    cluster.server("c23", "s", "c23", "g");
    // Either may be written first.
    soon(() -> ours("c23") && cluster.servers("c23").size() == 1);
    List<FaultProxy.Request> refused = new CopyOnWriteArrayList<>();
    proxy.fate =
        r -> {
          boolean remote = r.path().contains("/httproutes/") || r.path().contains("/secrets/");
          if (r.write() && remote && r.path().contains("/c23/")) {
            refused.add(r);
            return new Fate.Answer(500, "InternalError");
          }
          return FaultProxy.PASS;
        };
    client.resources(MCPGatewayExtension.class).inNamespace("c23").withName("e").delete();
    soon(() ->
        refused.stream().filter(r -> r.path().contains("/httproutes/")).count() >= 3
            && refused.stream().filter(r -> r.path().contains("/secrets/")).count() >= 3);
    assertThat(cluster.servers("c23")).containsExactly("c23/s");
    proxy.fate = r -> FaultProxy.PASS;
    await().atMost(LONG).until(() -> cluster.servers("c23").isEmpty() && !ours("c23"));
  }

  @Test
  void deletionInAnyOrderLeavesNothingAndTouchesNobodyElse() {
    cluster.instance("neighbour");
    cluster.server("neighbour", "s", "neighbour", "g");
    soon(() -> cluster.servers("neighbour").size() == 1 && ours("neighbour"));
    soonAsserted(() ->
        assertThat(cluster.registrationSays("neighbour", "s")).startsWith(Cluster.WITHOUT_BROKERS));
    Random random = new Random(20261122);
    for (int round = 0; round < 3; round++) {
      String team = "gone-" + round;
      String gateways = "gone-gateways-" + round;
      cluster.namespace(team, gateways);
      cluster.gateway(gateways, "g");
      cluster.grant(gateways, team, "g");
      cluster.extension(team, "e", gateways, "g");
      cluster.server(team, "s", gateways, "g");
      cluster.virtualServer(team, "v", "s_a");
      soon(() ->
          cluster.servers(team).size() == 1
              && ours(team)
              && cluster.secret(team, McpGroup.KEYS_SECRET) != null);
      Map<String, String> before = neighbour();
      List<HasMetadata> objects =
          new ArrayList<>(
              List.of(
                  client.resources(MCPGatewayExtension.class).inNamespace(team).withName("e").get(),
                  client
                      .resources(MCPServerRegistration.class)
                      .inNamespace(team)
                      .withName("s")
                      .get(),
                  client.resources(MCPVirtualServer.class).inNamespace(team).withName("v").get(),
                  client.resources(HTTPRoute.class).inNamespace(team).withName("s").get(),
                  client.services().inNamespace(team).withName("s").get(),
                  client.resources(Gateway.class).inNamespace(gateways).withName("g").get(),
                  client
                      .resources(ReferenceGrant.class)
                      .inNamespace(gateways)
                      .list()
                      .getItems()
                      .getFirst()));
      Collections.shuffle(objects, random);
      objects.forEach(cluster::delete);
      soon(() -> cluster.secret(team, McpGroup.CONFIG_SECRET) == null);
      // The garbage collector takes the keys with their owner; here the test does, and nobody
      // makes new ones.
      client.secrets().inNamespace(team).withName(McpGroup.KEYS_SECRET).delete();
      cluster.instance("after-" + round);
      assertThat(client.secrets().inNamespace(team).list().getItems()).isEmpty();
      assertThat(neighbour())
          .as("order %s", objects.stream().map(HasMetadata::getKind).toList())
          .isEqualTo(before);
    }
  }

  private static void resolvedRefs(String expected) {
    soonAsserted(() ->
        assertThat(cluster.registrationSays("c21", "s", "ResolvedRefs")).startsWith(expected));
  }

  private static void editToken(UnaryOperator<Secret> edit) {
    Cluster.retrying(() -> client.secrets().inNamespace("c21").withName("token").edit(edit));
  }

  private static Map<String, String> neighbour() {
    Map<String, String> versions = new ConcurrentHashMap<>(cluster.versions());
    // The API server has Events of its own about Services.
    versions.keySet().removeIf(k -> !k.contains(" neighbour/") || k.startsWith("Event "));
    return versions;
  }

  /** Whether the route {@code s} carries an entry of ours. */
  private static boolean ours(String namespace) {
    HTTPRoute route = client.resources(HTTPRoute.class).inNamespace(namespace).withName("s").get();
    return route.getStatus() != null
        && route.getStatus().getParents().stream()
            .anyMatch(p -> FactsMapper.ROUTE_CONTROLLER_NAME.equals(p.getControllerName()));
  }

  private static int configWrites(String namespace) {
    return (int)
        proxy.written().stream()
            .filter(r ->
                r.path()
                    .endsWith("/namespaces/" + namespace + "/secrets/" + McpGroup.CONFIG_SECRET))
            .count();
  }
}
