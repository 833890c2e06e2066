package dev.mcpgateway.controller;

import static dev.mcpgateway.controller.Cluster.meta;
import static dev.mcpgateway.controller.Cluster.soon;
import static dev.mcpgateway.controller.Cluster.soonAsserted;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.mcpgateway.controller.api.McpGroup;
import dev.mcpgateway.controller.api.facts.FactsMapper;
import dev.mcpgateway.controller.api.model.CredentialRef;
import dev.mcpgateway.controller.api.model.MCPGatewayExtension;
import dev.mcpgateway.controller.api.model.MCPServerRegistration;
import dev.mcpgateway.controller.leader.Fence;
import dev.mcpgateway.controller.secrets.ConfigSecretWriter;
import dev.mcpgateway.controller.secrets.KeyName;
import dev.mcpgateway.controller.secrets.KeysSecretWriter;
import io.fabric8.kubeapitest.junit.EnableKubeAPIServer;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What is written for an instance, and that it stays so. Rows C16, C20–C22 and C26. */
@ExtendWith(NeedsApiServer.class)
@EnableKubeAPIServer(
    apiServerFlags = {
      "--bind-address", "127.0.0.1",
      "--advertise-address", "127.0.0.1",
      "--endpoint-reconciler-type", "none"
    })
class ConfigurationIT {
  // Set by the annotation above.
  @SuppressWarnings("NullAway.Init")
  static KubernetesClient client;

  @SuppressWarnings("NullAway.Init") // set before any test
  static Cluster cluster;

  @SuppressWarnings("NullAway.Init") // set before any test
  static RunningController controller;

  @BeforeAll
  static void start() {
    cluster = new Cluster(client);
    cluster.installCrds();
    controller = RunningController.acting(client);
  }

  @AfterAll
  static void stop() {
    if (controller != null) {
      controller.close();
    }
  }

  @Test
  void theDocumentHoldsTheServersAndVirtualServersOfItsOwnInstanceOnly() {
    cluster.instance("doc-a");
    cluster.instance("doc-b");
    cluster.server("doc-a", "weather", "doc-a", "g");
    cluster.server("doc-b", "other", "doc-b", "g");
    cluster.virtualServer("doc-a", "subset", "weather_b", "weather_a");
    soonAsserted(() ->
        assertThat(cluster.document("doc-a"))
            .isEqualTo(
                """
                servers:
                - name: "doc-a/weather"
                  url: "http://weather.doc-a.svc.cluster.local:9090/mcp"
                  hostname: "weather.doc-a.mcp.local"
                  toolPrefix: "weather_"
                  enabled: true
                virtualServers:
                - name: "doc-a/subset"
                  tools:
                  - "weather_a"
                  - "weather_b"
                """));
    soonAsserted(() -> assertThat(cluster.servers("doc-b")).containsExactly("doc-b/other"));
    assertThat(cluster.document("doc-b")).contains("virtualServers: []");
    soonAsserted(() ->
        assertThat(cluster.registrationSays("doc-a", "weather"))
            .startsWith(Cluster.WITHOUT_BROKERS));
    Secret secret = requireNonNull(cluster.secret("doc-a", McpGroup.CONFIG_SECRET));
    assertThat(secret.getMetadata().getLabels())
        .containsEntry("app", "mcp-gateway")
        .containsEntry(McpGroup.AGGREGATED_LABEL, "true");
    assertThat(secret.getMetadata().getAnnotations())
        .containsEntry("helm.sh/resource-policy", "keep");
    assertThat(secret.getMetadata().getOwnerReferences()).isEmpty();
    soonAsserted(() ->
        assertThat(
                client
                    .resources(MCPGatewayExtension.class)
                    .inNamespace("doc-a")
                    .withName("e")
                    .get()
                    .getStatus()
                    .servers())
            .isEqualTo(1));
  }

  @Test
  void aSecretThatTheChartMadeWithoutDataIsFilledAndKeepsItsOwner() {
    cluster.namespace("helm");
    client
        .resource(
            new SecretBuilder()
                .withMetadata(meta("helm", McpGroup.CONFIG_SECRET))
                .editMetadata()
                .addToLabels("app", "mcp-gateway")
                .addToLabels(McpGroup.AGGREGATED_LABEL, "true")
                .addToLabels("app.kubernetes.io/managed-by", "Helm")
                .addToAnnotations("meta.helm.sh/release-name", "team-a")
                .endMetadata()
                .build())
        .create();
    cluster.gateway("helm", "g");
    cluster.extension("helm", "e", null, "g");
    soonAsserted(
        () -> assertThat(cluster.document("helm")).isEqualTo("servers: []\nvirtualServers: []\n"));
    Secret secret = requireNonNull(cluster.secret("helm", McpGroup.CONFIG_SECRET));
    assertThat(secret.getMetadata().getLabels())
        .containsEntry("app.kubernetes.io/managed-by", "Helm");
    assertThat(secret.getMetadata().getAnnotations())
        .containsEntry("meta.helm.sh/release-name", "team-a");
  }

  @Test
  void theConfigurationOfADeletedExtensionGoesWhereNoBrokerIsLeftToReadIt() {
    cluster.instance("gone");
    cluster.server("gone", "s", "gone", "g");
    soon(() -> cluster.servers("gone").equals(List.of("gone/s")));
    client.resources(MCPGatewayExtension.class).inNamespace("gone").withName("e").delete();
    soonAsserted(() -> assertThat(cluster.secret("gone", McpGroup.CONFIG_SECRET)).isNull());
  }

  @Test
  void aSecretThatWasNeverOursIsLeftAloneWhereThereIsNoExtension() {
    cluster.namespace("foreign");
    Secret foreign =
        client
            .resource(
                new SecretBuilder()
                    .withMetadata(meta("foreign", McpGroup.CONFIG_SECRET))
                    .editMetadata()
                    .addToLabels(McpGroup.AGGREGATED_LABEL, "true")
                    .endMetadata()
                    .addToStringData("config.yaml", "servers: [] # by hand")
                    .build())
            .create();
    cluster.instance("foreign-barrier");
    assertThat(requireNonNull(cluster.secret("foreign", McpGroup.CONFIG_SECRET)).getMetadata())
        .isEqualTo(foreign.getMetadata());
  }

  @Test
  void c16ADeletedConfigurationComesBackWithAGreaterVersion() {
    cluster.instance("c16");
    cluster.server("c16", "s", "c16", "g");
    soon(() -> cluster.servers("c16").equals(List.of("c16/s")));
    long version = cluster.version("c16");
    client.secrets().inNamespace("c16").withName(McpGroup.CONFIG_SECRET).delete();
    soon(() -> cluster.servers("c16").equals(List.of("c16/s")));
    assertThat(cluster.version("c16")).isGreaterThan(version);
    tellsOf("c16", "ConfigRestored");
  }

  @Test
  void c16ACorruptedConfigurationIsRepairedAndForeignKeysStay() {
    cluster.instance("c16b");
    cluster.server("c16b", "s", "c16b", "g");
    soon(() -> cluster.servers("c16b").equals(List.of("c16b/s")));
    String good = cluster.document("c16b");
    long version = cluster.version("c16b");
    editConfig(
        "c16b",
        s ->
            new SecretBuilder(s)
                .addToStringData(Map.of("config.yaml", "servers: [", "mine", "kept"))
                .build());
    soonAsserted(() -> assertThat(cluster.document("c16b")).isEqualTo(good));
    assertThat(cluster.version("c16b")).isGreaterThan(version);
    assertThat(
            Cluster.value(requireNonNull(cluster.secret("c16b", McpGroup.CONFIG_SECRET)), "mine"))
        .isEqualTo("kept");
    tellsOf("c16b", "ConfigRestored");
  }

  /** Whoever looks at the extension learns that somebody has been at its Secrets. */
  private static void tellsOf(String namespace, String restored) {
    soonAsserted(() -> assertThat(cluster.events(namespace, "e")).contains(restored));
    assertThat(cluster.events(namespace, "e")).containsOnlyOnce(restored);
  }

  @Test
  void c16AVersionThatIsNoNumberIsReplaced() {
    cluster.instance("c16c");
    soon(() -> cluster.version("c16c") > 0);
    editConfig("c16c", s -> new SecretBuilder(s).addToStringData("version", "yesterday").build());
    soonAsserted(() ->
        assertThat(
                Cluster.value(
                    requireNonNull(cluster.secret("c16c", McpGroup.CONFIG_SECRET)), "version"))
            .matches("[0-9]+"));
  }

  @Test
  void c16ALabelThatWasTakenAwayComesBack() {
    cluster.instance("c16d");
    soon(() -> cluster.version("c16d") > 0);
    editConfig(
        "c16d",
        s ->
            new SecretBuilder(s)
                .editMetadata()
                .removeFromLabels(McpGroup.AGGREGATED_LABEL)
                .endMetadata()
                .build());
    soonAsserted(() ->
        assertThat(
                requireNonNull(cluster.secret("c16d", McpGroup.CONFIG_SECRET))
                    .getMetadata()
                    .getLabels())
            .containsEntry(McpGroup.AGGREGATED_LABEL, "true"));
    tellsOf("c16d", "ConfigRestored");
  }

  @Test
  void c16AnImmutableSecretIsToldInTheStatusAndHealsWhenItIsDeleted() {
    cluster.instance("c16e");
    soon(() -> cluster.version("c16e") > 0);
    editConfig("c16e", s -> new SecretBuilder(s).withImmutable(true).build());
    cluster.server("c16e", "s", "c16e", "g");
    soonAsserted(() ->
        assertThat(cluster.says("c16e", "e", "Programmed")).startsWith("False ConfigNotStored"));
    assertThat(cluster.says("c16e", "e", "Ready"))
        .startsWith(
            "False InvalidMCPGatewayExtension Secret mcp-gateway-config could not be stored");
    client.secrets().inNamespace("c16e").withName(McpGroup.CONFIG_SECRET).delete();
    cluster.isReadySoon("c16e", "e");
    soon(() -> cluster.servers("c16e").equals(List.of("c16e/s")));
    soonAsserted(
        () -> assertThat(cluster.says("c16e", "e", "Programmed")).startsWith("False NoReplicas"));
  }

  @Test
  void keysAreMadeOnceForTheHolderOfTheNamespaceEvenWhileItIsNotReady() {
    cluster.namespace("keys");
    MCPGatewayExtension extension = cluster.extension("keys", "e", null, "no-gateway-yet");
    soon(() -> cluster.secret("keys", McpGroup.KEYS_SECRET) != null);
    Secret keys = requireNonNull(cluster.secret("keys", McpGroup.KEYS_SECRET));
    for (KeyName name : KeyName.values()) {
      assertThat(Base64.getDecoder().decode(requireNonNull(Cluster.value(keys, name.file()))))
          .hasSize(32);
    }
    assertThat(keys.getData().values()).doesNotHaveDuplicates();
    assertThat(keys.getMetadata().getOwnerReferences())
        .extracting(OwnerReference::getUid)
        .containsExactly(extension.getMetadata().getUid());

    cluster.gateway("keys", "no-gateway-yet");
    cluster.isReadySoon("keys", "e");
    assertThat(requireNonNull(cluster.secret("keys", McpGroup.KEYS_SECRET)).getData())
        .isEqualTo(keys.getData());

    client.secrets().inNamespace("keys").withName(McpGroup.KEYS_SECRET).delete();
    soon(() -> cluster.secret("keys", McpGroup.KEYS_SECRET) != null);
    tellsOf("keys", "KeysRestored");
  }

  @Test
  void aDamagedKeyIsReplacedAndTheOthersStay() {
    cluster.instance("keys2");
    soon(() -> cluster.secret("keys2", McpGroup.KEYS_SECRET) != null);
    Secret before = requireNonNull(cluster.secret("keys2", McpGroup.KEYS_SECRET));
    Cluster.retrying(() ->
        client
            .resource(before)
            .edit(s -> new SecretBuilder(s).addToStringData("router-key", "short").build()));
    soonAsserted(() -> {
      Secret now = requireNonNull(cluster.secret("keys2", McpGroup.KEYS_SECRET));
      assertThat(Cluster.value(now, "router-key")).hasSize(44);
      assertThat(now.getData())
          .containsEntry("push-key", before.getData().get("push-key"))
          .containsEntry("session-signing-key", before.getData().get("session-signing-key"));
    });
    tellsOf("keys2", "KeysRestored");
  }

  @Test
  void aWriterWhoDidNotKnowOfTheSecretsChangesNothingOfThem() {
    MCPGatewayExtension extension = cluster.instance("race");
    Map<String, String> before = settled("race");
    Fence fence = new Fence(() -> true);
    ConfigSecretWriter configs = new ConfigSecretWriter(client, fence, Clock.systemUTC());
    KeysSecretWriter keys =
        new KeysSecretWriter(client, fence, Clock.systemUTC(), new SecureRandom());
    isConflict(() -> configs.store("race", "servers: [] # of yesterday", null, 0));
    isConflict(() -> keys.ensure(FactsMapper.extension(extension), null));
    assertThat(written("race")).isEqualTo(before);
  }

  private static void isConflict(ThrowingCallable write) {
    assertThatThrownBy(write)
        .isInstanceOfSatisfying(
            KubernetesClientException.class, e -> assertThat(e.getCode()).isEqualTo(409));
  }

  @Test
  void keysThatCannotBeRepairedDoNotKeepAWithdrawalBack() {
    cluster.instance("keys4");
    cluster.server("keys4", "s", "keys4", "g");
    soon(() -> cluster.servers("keys4").equals(List.of("keys4/s")));
    Cluster.retrying(() ->
        client
            .secrets()
            .inNamespace("keys4")
            .withName(McpGroup.KEYS_SECRET)
            .edit(s ->
                new SecretBuilder(s)
                    .addToStringData("router-key", "short")
                    .withImmutable(true)
                    .build()));
    soonAsserted(() ->
        assertThat(cluster.says("keys4", "e", "Ready"))
            .startsWith(
                "False InvalidMCPGatewayExtension Secret mcp-gateway-keys could not be stored"));
    cluster.retarget("keys4", "e", null, "no-such-gateway");
    soon(() -> cluster.servers("keys4").isEmpty());
    assertThat(cluster.document("keys4")).isEqualTo("servers: []\nvirtualServers: []\n");
  }

  @Test
  void keysFollowTheHolderOfTheNamespace() {
    MCPGatewayExtension first = cluster.instance("keys3");
    MCPGatewayExtension second = cluster.extension("keys3", "second", null, "g");
    soon(() -> cluster.secret("keys3", McpGroup.KEYS_SECRET) != null);
    Secret before = requireNonNull(cluster.secret("keys3", McpGroup.KEYS_SECRET));
    assertThat(before.getMetadata().getOwnerReferences())
        .extracting(OwnerReference::getUid)
        .containsExactly(first.getMetadata().getUid());
    cluster.delete(first);
    soonAsserted(() -> {
      Secret now = requireNonNull(cluster.secret("keys3", McpGroup.KEYS_SECRET));
      assertThat(now.getMetadata().getOwnerReferences())
          .extracting(OwnerReference::getUid)
          .containsExactly(second.getMetadata().getUid());
      assertThat(now.getData()).isEqualTo(before.getData());
    });
  }

  @Test
  void c20ARouteIsFollowedOnlyWhereItIsAccepted() {
    cluster.instance("c20");
    cluster.service("c20", "s");
    cluster.registration("c20", "s", "s_", null);
    soonAsserted(() ->
        assertThat(cluster.registrationSays("c20", "s"))
            .startsWith("False NotReady HTTPRoute c20/s not found"));
    cluster.route("c20", "s", "c20", "g");
    soonAsserted(() ->
        assertThat(cluster.registrationSays("c20", "s"))
            .startsWith("False NotReady no valid gateways for httproute"));
    cluster.accept("c20", "s", true);
    soonAsserted(
        () -> assertThat(cluster.registrationSays("c20", "s")).startsWith(Cluster.WITHOUT_BROKERS));
    cluster.accept("c20", "s", false);
    soon(() -> cluster.servers("c20").isEmpty());
    soonAsserted(() ->
        assertThat(cluster.registrationSays("c20", "s"))
            .startsWith("False NotReady no valid gateways for httproute"));
  }

  @Test
  void c20ARouteOnAGatewayWithoutExtensionWaitsForOne() {
    cluster.namespace("c20b");
    cluster.gateway("c20b", "g");
    cluster.server("c20b", "s", "c20b", "g");
    soonAsserted(() ->
        assertThat(cluster.registrationSays("c20b", "s"))
            .startsWith("False NotReady no valid mcpgatewayextensions configured"));
    cluster.extension("c20b", "e", null, "g");
    soonAsserted(() ->
        assertThat(cluster.registrationSays("c20b", "s")).startsWith(Cluster.WITHOUT_BROKERS));
  }

  @Test
  void c21ACredentialNeedsItsLabelAndItsRotationReachesTheDocument() {
    cluster.instance("c21");
    cluster.service("c21", "s");
    cluster.route("c21", "s", "c21", "g");
    cluster.accept("c21", "s", true);
    cluster.registration("c21", "s", "s_", new CredentialRef("token", "token"));
    soonAsserted(() ->
        assertThat(cluster.registrationSays("c21", "s"))
            .startsWith("False NotReady credential secret c21/token not found"));
    cluster.credential("c21", "token", "Bearer one");
    soonAsserted(() -> assertThat(cluster.document("c21")).contains("credential: \"Bearer one\""));
    soonAsserted(
        () -> assertThat(cluster.registrationSays("c21", "s")).startsWith(Cluster.WITHOUT_BROKERS));

    client
        .secrets()
        .inNamespace("c21")
        .withName("token")
        .edit(s -> new SecretBuilder(s).addToStringData("token", "Bearer two").build());
    soonAsserted(() -> assertThat(cluster.document("c21")).contains("credential: \"Bearer two\""));
    soonAsserted(() -> assertThat(cluster.events("c21", "s")).containsExactly("NotReady"));
    assertThat(client.v1().events().inNamespace("c21").list().toString()).doesNotContain("Bearer");
  }

  @Test
  void aRegistrationThatIsDeletedLeavesTheDocument() {
    cluster.instance("drop");
    cluster.server("drop", "s", "drop", "g");
    cluster.server("drop", "t", "drop", "g");
    soon(() -> cluster.servers("drop").equals(List.of("drop/s", "drop/t")));
    client.resources(MCPServerRegistration.class).inNamespace("drop").withName("s").delete();
    soon(() -> cluster.servers("drop").equals(List.of("drop/t")));
  }

  @Test
  void c26WhenNothingChangesNothingIsWritten() {
    cluster.instance("c26");
    cluster.server("c26", "s", "c26", "g");
    cluster.virtualServer("c26", "v", "s_a");
    soonAsserted(
        () -> assertThat(cluster.registrationSays("c26", "s")).startsWith(Cluster.WITHOUT_BROKERS));
    Map<String, String> settled = settled("c26");
    // Touches that change no facts, and a restart, which looks at everything again.
    Cluster.retrying(() ->
        client
            .resources(MCPGatewayExtension.class)
            .inNamespace("c26")
            .withName("e")
            .edit(e -> {
              e.getMetadata().setAnnotations(Map.of("touched", "yes"));
              return e;
            }));
    controller.close();
    controller = RunningController.acting(client);
    cluster.instance("c26-barrier");
    Map<String, String> after = written("c26");
    after.remove("MCPGatewayExtension c26/e");
    settled.remove("MCPGatewayExtension c26/e");
    assertThat(after).isEqualTo(settled);
  }

  /** Everything in a namespace once it has not changed for two seconds. */
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

  private static void editConfig(String namespace, UnaryOperator<Secret> edit) {
    Cluster.retrying(
        () -> client.secrets().inNamespace(namespace).withName(McpGroup.CONFIG_SECRET).edit(edit));
  }
}
