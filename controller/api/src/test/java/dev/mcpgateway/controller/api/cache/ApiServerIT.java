package dev.mcpgateway.controller.api.cache;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.mcpgateway.controller.api.McpGroup;
import dev.mcpgateway.controller.api.ObjectKey;
import dev.mcpgateway.controller.api.facts.CredentialFacts;
import dev.mcpgateway.controller.api.facts.ExtensionFacts;
import dev.mcpgateway.controller.api.model.ExtensionSpec;
import dev.mcpgateway.controller.api.model.MCPGatewayExtension;
import dev.mcpgateway.controller.api.model.MCPServerRegistration;
import dev.mcpgateway.controller.api.model.MCPVirtualServer;
import dev.mcpgateway.controller.api.model.TargetRef;
import dev.mcpgateway.controller.api.rules.World;
import io.fabric8.kubeapitest.junit.EnableKubeAPIServer;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.HTTPRoute;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.HTTPRouteBuilder;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.NonDeletingOperation;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Samples and the world cache on one real API server. */
@EnableKubeAPIServer(
    apiServerFlags = {
      "--bind-address", "127.0.0.1",
      "--advertise-address", "127.0.0.1",
      "--endpoint-reconciler-type", "none"
    })
class ApiServerIT {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  // Set by the extension before any test runs.
  @SuppressWarnings("NullAway.Init")
  static KubernetesClient client;

  @BeforeAll
  static void crds() throws IOException {
    ApiServer.installCrds(client);
    ApiServer.namespace(client, "samples");
    ApiServer.namespace(client, "cache");
  }

  static Stream<Path> valid() throws IOException {
    return samples("valid-");
  }

  static Stream<Path> invalid() throws IOException {
    return samples("invalid-");
  }

  @ParameterizedTest
  @MethodSource("valid")
  void validSamplesAreAcceptedAndTheModelLosesNothing(Path sample) throws IOException {
    for (HasMetadata document : documents(sample)) {
      HasMetadata stored = client.resource(document).inNamespace("samples").serverSideApply();
      Map<?, ?> generic = Serialization.unmarshal(Serialization.asYaml(stored), Map.class);
      HasMetadata typed = Serialization.unmarshal(Serialization.asYaml(stored), type(stored));
      Map<?, ?> again = Serialization.unmarshal(Serialization.asYaml(typed), Map.class);
      assertThat(again.get("spec")).isEqualTo(generic.get("spec"));
    }
  }

  @ParameterizedTest
  @MethodSource("invalid")
  void invalidSamplesAreRefusedWithTheExpectedWords(Path sample) throws IOException {
    String expectation = Files.readAllLines(sample).getFirst().replace("# expect: ", "");
    List<HasMetadata> documents = documents(sample);
    for (HasMetadata earlier : documents.subList(0, documents.size() - 1)) {
      assertThatCode(() -> client.resource(earlier).inNamespace("samples").serverSideApply())
          .doesNotThrowAnyException();
    }
    HasMetadata last = documents.getLast();
    // Not server-side apply: it reports a repeated set entry as its own failure to merge.
    assertThatThrownBy(() ->
            client.resource(last).inNamespace("samples").createOr(NonDeletingOperation::update))
        .isInstanceOf(KubernetesClientException.class)
        .hasMessageContaining(expectation);
  }

  @Test
  void theWorldFollowsTheClusterAndReportsOnlyWhatTheRulesCanSee() {
    List<Change> changes = new CopyOnWriteArrayList<>();
    try (WorldCache cache =
        new WorldCache(
            client, Set.of(WatchedKind.EXTENSION, WatchedKind.GATEWAY), Set.of(), changes::add)) {
      cache.start();
      await().atMost(PATIENCE).until(cache::synced);
      ObjectKey key = new ObjectKey("cache", "e");
      client.resource(extension("first")).create();
      Change change = new Change(WatchedKind.EXTENSION, key);
      // The listener is called after the snapshot has changed.
      await().atMost(PATIENCE).until(() -> changes.contains(change));
      World before = cache.snapshot();
      assertThat(before.extensions()).containsKey(key);
      assertThat(cache.snapshot()).isSameAs(before);
      int reported = changes.size();

      var stored = client.resources(MCPGatewayExtension.class).inNamespace("cache").withName("e");
      stored.edit(e -> labelled(e));
      stored.edit(e -> retargeted(e, "second"));
      await().atMost(PATIENCE).until(() -> "second".equals(gateway(cache.snapshot(), key)));
      assertThat(gateway(before, key)).as("a snapshot never changes").isEqualTo("first");
      // The label alone changed no fact; the new target also raised the generation.
      await().atMost(PATIENCE).until(() -> changes.size() > reported);
      assertThat(changes.subList(reported, changes.size())).containsExactly(change);

      stored.delete();
      await().atMost(PATIENCE).until(() -> !cache.snapshot().extensions().containsKey(key));
    }
  }

  @Test
  void aCacheThatSaysItIsSyncedHasEverything() {
    ApiServer.namespace(client, "whole");
    int many = 600;
    for (int i = 0; i < many; i++) {
      client
          .resource(
              new ServiceBuilder()
                  .withNewMetadata()
                  .withNamespace("whole")
                  .withName("s" + i)
                  .endMetadata()
                  .withNewSpec()
                  .withClusterIP("None")
                  .addNewPort()
                  .withPort(80)
                  .endPort()
                  .endSpec()
                  .build())
          .create();
    }
    for (int round = 0; round < 20; round++) {
      try (WorldCache cache =
          new WorldCache(
              client, Set.of(WatchedKind.SERVICE), Set.of(), change -> Thread.onSpinWait())) {
        cache.start();
        // Several threads ask, as a probe and the controller do.
        Thread probe =
            Thread.ofVirtual()
                .start(() -> {
                  while (!cache.synced()) {
                    Thread.onSpinWait();
                  }
                });
        await().atMost(PATIENCE).pollInterval(Duration.ofMillis(1)).until(cache::synced);
        await().atMost(PATIENCE).until(() -> !probe.isAlive());
        assertThat(cache.synced()).isTrue();
        World world = cache.snapshot();
        assertThat(IntStream.range(0, many))
            .allMatch(i -> world.service(new ObjectKey("whole", "s" + i)).isPresent());
        assertThat(
                cache.stored(WatchedKind.SERVICE, new ObjectKey("whole", "s0"), HasMetadata.class))
            .hasValueSatisfying(
                kept -> assertThat(Serialization.asJson(kept)).hasSizeLessThan(200));
      }
    }
  }

  @Test
  void ofSecretsThatAnybodyLabelledAlmostNothingIsKept() {
    ApiServer.namespace(client, "hoarder");
    int many = 25;
    String value = Base64.getEncoder().encodeToString(new byte[900 * 1024]);
    for (int i = 0; i < many; i++) {
      client
          .resource(
              new SecretBuilder()
                  .withNewMetadata()
                  .withNamespace("hoarder")
                  .withName("s" + i)
                  .addToLabels(McpGroup.CREDENTIAL_LABEL, "true")
                  .addToAnnotations("note", "x".repeat(100 * 1024))
                  .endMetadata()
                  .withData(Map.of("junk", value, "token", "eA=="))
                  .build())
          .create();
    }
    try (WorldCache cache =
        new WorldCache(client, Set.of(WatchedKind.CREDENTIAL), Set.of(), c -> {})) {
      cache.start();
      await().atMost(PATIENCE).until(cache::synced);
      for (int i = 0; i < many; i++) {
        ObjectKey key = new ObjectKey("hoarder", "s" + i);
        assertThat(cache.snapshot().credential(key))
            .contains(new CredentialFacts(key, Map.of("token", "x"), Set.of("junk"), false));
        assertThat(cache.stored(WatchedKind.CREDENTIAL, key, Secret.class))
            .hasValueSatisfying(
                kept -> assertThat(Serialization.asJson(kept)).hasSizeLessThan(1024));
      }
    }
  }

  @Test
  void ofRoutesThatAnybodyMadeLargeOnlyWhatIsAskedForIsKept() {
    ApiServer.namespace(client, "large");
    ObjectKey key = new ObjectKey("large", "r");
    HTTPRoute made =
        new HTTPRouteBuilder()
            .withNewMetadata()
            .withNamespace("large")
            .withName("r")
            .addToAnnotations("note", "x".repeat(200 * 1024))
            .withFinalizers(IntStream.range(0, 5_000).mapToObj(i -> "test.example/" + i).toList())
            .endMetadata()
            .withNewSpec()
            .withHostnames("large.example")
            .addNewParentRef()
            .withName("gateway")
            .endParentRef()
            .endSpec()
            .build();
    client.resource(made).create();
    Set<WatchedKind> routes = Set.of(WatchedKind.ROUTE);
    try (WorldCache facts = new WorldCache(client, routes, Set.of(), c -> {});
        WorldCache stored = new WorldCache(client, routes, routes, c -> {})) {
      facts.start();
      stored.start();
      await().atMost(PATIENCE).until(() -> facts.synced() && stored.synced());
      assertThat(facts.snapshot().route(key)).isPresent().isEqualTo(stored.snapshot().route(key));
      assertThat(kept(facts, key)).hasSizeLessThan(200);
      assertThat(kept(stored, key)).contains("parentRefs").hasSizeLessThan(1024);
      // A change comes another way than the first listing.
      client
          .resource(made)
          .edit(r -> {
            r.getSpec().setHostnames(List.of("larger.example"));
            return r;
          });
      await()
          .atMost(PATIENCE)
          .until(() ->
              facts
                  .snapshot()
                  .route(key)
                  .filter(r -> r.hostnames().equals(List.of("larger.example")))
                  .isPresent());
      assertThat(kept(facts, key)).hasSizeLessThan(200);
    } finally {
      client
          .resource(made)
          .edit(r -> {
            r.getMetadata().setFinalizers(List.of());
            return r;
          });
    }
  }

  private static String kept(WorldCache cache, ObjectKey route) {
    return Serialization.asJson(
        cache.stored(WatchedKind.ROUTE, route, HTTPRoute.class).orElseThrow());
  }

  @Test
  void aWatchThatCannotStartIsRetriedUntilItCan() {
    try (KubernetesClient nobody =
            new KubernetesClientBuilder()
                .withConfig(
                    new ConfigBuilder(client.getConfiguration())
                        .withImpersonateUsername("latecomer")
                        .build())
                .build();
        WorldCache cache = new WorldCache(nobody, Set.of(WatchedKind.GATEWAY), Set.of(), c -> {})) {
      cache.start();
      await()
          .during(Duration.ofMillis(500))
          .atMost(Duration.ofSeconds(5))
          .until(() -> !cache.synced());
      client
          .load(
              new ByteArrayInputStream(
                  """
                  apiVersion: rbac.authorization.k8s.io/v1
                  kind: ClusterRole
                  metadata: {name: latecomer}
                  rules: [{apiGroups: [gateway.networking.k8s.io], resources: [gateways], verbs: [list, watch]}]
                  ---
                  apiVersion: rbac.authorization.k8s.io/v1
                  kind: ClusterRoleBinding
                  metadata: {name: latecomer}
                  roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: latecomer}
                  subjects: [{apiGroup: rbac.authorization.k8s.io, kind: User, name: latecomer}]
                  """
                      .getBytes(UTF_8)))
          .serverSideApply();
      await().atMost(PATIENCE).until(cache::synced);
    }
  }

  private static @Nullable String gateway(World world, ObjectKey extension) {
    ExtensionFacts facts = world.extensions().get(extension);
    return facts == null ? null : facts.gateway().name();
  }

  private static MCPGatewayExtension extension(String gateway) {
    MCPGatewayExtension extension = new MCPGatewayExtension();
    extension.setMetadata(new ObjectMetaBuilder().withNamespace("cache").withName("e").build());
    return retargeted(extension, gateway);
  }

  private static MCPGatewayExtension retargeted(MCPGatewayExtension extension, String gateway) {
    extension.setSpec(new ExtensionSpec(new TargetRef(null, null, gateway, null)));
    return extension;
  }

  private static MCPGatewayExtension labelled(MCPGatewayExtension extension) {
    extension.getMetadata().setLabels(Map.of("seen", "yes"));
    return extension;
  }

  private static Class<? extends HasMetadata> type(HasMetadata object) {
    return switch (object.getKind()) {
      case "MCPGatewayExtension" -> MCPGatewayExtension.class;
      case "MCPServerRegistration" -> MCPServerRegistration.class;
      case "MCPVirtualServer" -> MCPVirtualServer.class;
      default -> throw new IllegalArgumentException("unexpected kind " + object.getKind());
    };
  }

  private static Stream<Path> samples(String prefix) throws IOException {
    try (Stream<Path> files = Files.list(ApiServer.MANIFESTS.resolve("samples"))) {
      return files
          .filter(f -> f.getFileName().toString().startsWith(prefix))
          .sorted()
          .toList()
          .stream();
    }
  }

  private static List<HasMetadata> documents(Path sample) throws IOException {
    try (var in = Files.newInputStream(sample)) {
      return client.load(in).items();
    }
  }
}
