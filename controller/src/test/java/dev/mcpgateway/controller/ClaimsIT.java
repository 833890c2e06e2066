package dev.mcpgateway.controller;

import static dev.mcpgateway.controller.Cluster.soon;
import static dev.mcpgateway.controller.Cluster.soonAsserted;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mcpgateway.controller.api.model.MCPGatewayExtension;
import io.fabric8.kubeapitest.junit.EnableKubeAPIServer;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.Gateway;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.GatewayBuilder;
import io.fabric8.kubernetes.api.model.gatewayapi.v1beta1.ReferenceGrant;
import io.fabric8.kubernetes.api.model.gatewayapi.v1beta1.ReferenceGrantBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Who holds which Gateway, and how fast that changes. Rows C12–C15 and W05 of the catalogue. */
@ExtendWith(NeedsApiServer.class)
@EnableKubeAPIServer(
    apiServerFlags = {
      "--bind-address", "127.0.0.1",
      "--advertise-address", "127.0.0.1",
      "--endpoint-reconciler-type", "none"
    })
class ClaimsIT {
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
    cluster.namespace("gateway-system");
    controller = RunningController.acting(client);
  }

  @AfterAll
  static void stop() {
    if (controller != null) {
      controller.close();
    }
  }

  @Test
  void c12AGrantThatGoesWithdrawsAndOneThatComesRestores() {
    cluster.namespace("c12");
    cluster.gateway("gateway-system", "c12");
    cluster.extension("c12", "e", "gateway-system", "c12");
    String required =
        "False ReferenceGrantRequired ReferenceGrant required in namespace gateway-system to allow cross-namespace reference";
    soonAsserted(() -> assertThat(cluster.says("c12", "e", "Ready")).isEqualTo(required));
    cluster.server("c12", "s", "gateway-system", "c12");
    Promised.within(
        Promised.FIVE_SECONDS,
        n -> {
          ReferenceGrant grant = cluster.grant("gateway-system", "c12", "c12");
          cluster.isReadySoon("c12", "e");
          soonAsserted(() -> assertThat(cluster.servers("c12")).containsExactly("c12/s"));
          long version = cluster.version("c12");
          return Promised.took(
              () -> cluster.delete(grant),
              () -> {
                assertThat(cluster.document("c12")).isEqualTo("servers: []\nvirtualServers: []\n");
                assertThat(cluster.version("c12")).isGreaterThan(version);
                assertThat(cluster.says("c12", "e", "Ready")).isEqualTo(required);
              });
        });
    soonAsserted(() ->
        assertThat(cluster.registrationSays("c12", "s"))
            .startsWith("False NotReady no valid mcpgatewayextensions configured"));

    cluster.grant("gateway-system", "c12", null);
    cluster.isReadySoon("c12", "e");
    soonAsserted(() -> assertThat(cluster.servers("c12")).containsExactly("c12/s"));
    soonAsserted(
        () -> assertThat(cluster.registrationSays("c12", "s")).startsWith(Cluster.WITHOUT_BROKERS));
  }

  @Test
  void w13ASuccessorWaitsForItsTerminatingPredecessorAndALoserThatTerminatesTakesNothing() {
    cluster.namespace("w13");
    cluster.gateway("w13", "g");
    MCPGatewayExtension first = cluster.extension("w13", "first", null, "g");
    cluster.isReadySoon("w13", "first");
    finalizers(first, "tests/keep");
    cluster.delete(first);
    MCPGatewayExtension second = cluster.extension("w13", "second", null, "g");
    soonAsserted(() ->
        assertThat(cluster.says("w13", "second", "Ready"))
            .startsWith("False InvalidMCPGatewayExtension conflict"));
    finalizers(first);
    cluster.isReadySoon("w13", "second");

    cluster.server("w13", "s", "w13", "g");
    soonAsserted(() -> assertThat(cluster.servers("w13")).containsExactly("w13/s"));
    long version = cluster.version("w13");
    MCPGatewayExtension third = cluster.extension("w13", "third", null, "g");
    finalizers(third, "tests/keep");
    cluster.delete(third);
    // Something later that the controller must have seen together with the loser's end.
    cluster.virtualServer("w13", "later", "s_echo");
    soon(() -> cluster.version("w13") > version);
    assertThat(cluster.says("w13", "second", "Ready")).startsWith("True");
    assertThat(cluster.servers("w13")).containsExactly("w13/s");
    finalizers(third);
    cluster.delete(second);
  }

  /** Replaces an extension's finalizers. */
  private static void finalizers(MCPGatewayExtension extension, String... finalizers) {
    Cluster.retrying(() ->
        client
            .resources(MCPGatewayExtension.class)
            .inNamespace(extension.getMetadata().getNamespace())
            .withName(extension.getMetadata().getName())
            .edit(e -> {
              e.getMetadata().setFinalizers(List.of(finalizers));
              return e;
            }));
  }

  @Test
  void c12AGrantThatIsEditedAwayRevokesToo() {
    cluster.namespace("c12b");
    cluster.gateway("gateway-system", "c12b");
    ReferenceGrant grant = cluster.grant("gateway-system", "c12b", "c12b");
    cluster.extension("c12b", "e", "gateway-system", "c12b");
    cluster.isReadySoon("c12b", "e");
    client
        .resource(grant)
        .edit(g ->
            new ReferenceGrantBuilder(g)
                .editSpec()
                .editFirstFrom()
                .withNamespace("somebody-else")
                .endFrom()
                .endSpec()
                .build());
    soon(() -> !cluster.ready("c12b", "e"));
    assertThat(cluster.says("c12b", "e", "ResolvedRefs")).startsWith("False RefNotPermitted");
  }

  @Test
  void c12AMissingGatewayIsNotRevealedWithoutAGrant() {
    cluster.namespace("c12c");
    cluster.extension("c12c", "e", "gateway-system", "nowhere");
    soonAsserted(() ->
        assertThat(cluster.says("c12c", "e", "Ready")).startsWith("False ReferenceGrantRequired"));
    assertThat(cluster.says("c12c", "e", "ResolvedRefs")).doesNotContain("does not exist");
  }

  @Test
  void c13AGatewayThatGoesWithdrawsAndOneThatComesBackRestores() {
    cluster.namespace("c13");
    cluster.server("c13", "s", "c13", "g");
    cluster.extension("c13", "e", null, "g");
    soonAsserted(() ->
        assertThat(cluster.says("c13", "e", "Ready"))
            .isEqualTo("False InvalidMCPGatewayExtension invalid"));
    Gateway gateway = cluster.gateway("c13", "g");
    cluster.isReadySoon("c13", "e");
    soonAsserted(() -> assertThat(cluster.servers("c13")).containsExactly("c13/s"));

    cluster.delete(gateway);
    soonAsserted(() -> {
      assertThat(cluster.says("c13", "e", "Ready"))
          .isEqualTo("False InvalidMCPGatewayExtension invalid");
      assertThat(cluster.servers("c13")).isEmpty();
    });

    Gateway again = cluster.gateway("c13", "g");
    assertThat(again.getMetadata().getUid()).isNotEqualTo(gateway.getMetadata().getUid());
    cluster.isReadySoon("c13", "e");
    soonAsserted(() -> assertThat(cluster.servers("c13")).containsExactly("c13/s"));
  }

  @Test
  void c13AListenerThatIsRenamedIsForTheGatewaysControllerToJudge() {
    cluster.instance("c13l");
    cluster.server("c13l", "s", "c13l", "g");
    soonAsserted(() -> assertThat(cluster.servers("c13l")).containsExactly("c13l/s"));
    rename("c13l", "other");
    // The route named the listener that is gone: that is what its controller says of it then.
    cluster.accept("c13l", "s", false);
    soonAsserted(() -> {
      assertThat(cluster.servers("c13l")).isEmpty();
      assertThat(cluster.registrationSays("c13l", "s"))
          .startsWith("False NotReady no valid gateways for httproute");
    });
    assertThat(cluster.ready("c13l", "e")).as("what is claimed is the Gateway").isTrue();
    rename("c13l", "mcp");
    cluster.accept("c13l", "s", true);
    soonAsserted(() -> assertThat(cluster.servers("c13l")).containsExactly("c13l/s"));
    assertThat(cluster.ready("c13l", "e")).isTrue();
  }

  /** Gives the only listener of the Gateway {@code g} another name. */
  private static void rename(String namespace, String listener) {
    Cluster.retrying(() ->
        client
            .resources(Gateway.class)
            .inNamespace(namespace)
            .withName("g")
            .edit(g ->
                new GatewayBuilder(g)
                    .editSpec()
                    .editFirstListener()
                    .withName(listener)
                    .endListener()
                    .endSpec()
                    .build()));
  }

  @Test
  void c14TheLoserOfAGatewayIsPromotedWhenTheWinnerGoes() {
    cluster.namespace("c14a", "c14b");
    cluster.gateway("gateway-system", "c14");
    cluster.grant("gateway-system", "c14a", "c14");
    cluster.grant("gateway-system", "c14b", "c14");
    MCPGatewayExtension winner = cluster.extension("c14a", "e", "gateway-system", "c14");
    cluster.isReadySoon("c14a", "e");
    cluster.extension("c14b", "e", "gateway-system", "c14");
    soonAsserted(() ->
        assertThat(cluster.says("c14b", "e", "Ready"))
            .isEqualTo(
                "False InvalidMCPGatewayExtension conflict. Gateway target already configured as MCP Gateway"));
    assertThat(cluster.says("c14b", "e", "Conflicted"))
        .startsWith("True GatewayTaken")
        .doesNotContain("c14a");

    cluster.delete(winner);
    cluster.isReadySoon("c14b", "e");
    assertThat(cluster.says("c14b", "e", "Conflicted")).startsWith("False NoConflict");
  }

  @Test
  void c14TheLoserOfAGatewayIsPromotedWithinFiveSeconds() {
    // Each name after the one before: the order is the same when both are made in one second.
    cluster.gateway("gateway-system", "c14q");
    claim("c14q-0", "c14q");
    cluster.isReadySoon("c14q-0", "e");
    Promised.within(
        Promised.FIVE_SECONDS,
        n -> {
          String winner = "c14q-" + (n - 1);
          String loser = "c14q-" + n;
          claim(loser, "c14q");
          soonAsserted(() -> assertThat(cluster.says(loser, "e", "Ready")).contains("conflict"));
          return Promised.took(
              () -> client.resources(MCPGatewayExtension.class).inNamespace(winner).delete(),
              () -> assertThat(cluster.ready(loser, "e")).isTrue());
        });
  }

  @Test
  void c14TheLoserOfANamespaceIsPromotedWithinFiveSeconds() {
    cluster.namespace("c14n");
    cluster.gateway("c14n", "g");
    cluster.extension("c14n", "e0", null, "g");
    cluster.isReadySoon("c14n", "e0");
    Promised.within(
        Promised.FIVE_SECONDS,
        n -> {
          String winner = "e" + (n - 1);
          String loser = "e" + n;
          cluster.extension("c14n", loser, null, "g");
          soonAsserted(() -> assertThat(cluster.says("c14n", loser, "Ready")).contains("conflict"));
          return Promised.took(
              () ->
                  client
                      .resources(MCPGatewayExtension.class)
                      .inNamespace("c14n")
                      .withName(winner)
                      .delete(),
              () -> assertThat(cluster.ready("c14n", loser)).isTrue());
        });
  }

  /** A namespace whose extension {@code e} may claim a Gateway, and does. */
  private static void claim(String namespace, String gateway) {
    cluster.namespace(namespace);
    cluster.grant("gateway-system", namespace, gateway);
    cluster.extension(namespace, "e", "gateway-system", gateway);
  }

  @Test
  void c14TheLoserOfANamespaceIsPromotedAndNeverTouchesTheWinnersConfiguration() {
    cluster.namespace("c14c");
    cluster.gateway("c14c", "g");
    cluster.gateway("c14c", "other");
    cluster.server("c14c", "s", "c14c", "g");
    MCPGatewayExtension winner = cluster.extension("c14c", "first", null, "g");
    cluster.isReadySoon("c14c", "first");
    soonAsserted(() -> assertThat(cluster.servers("c14c")).containsExactly("c14c/s"));
    long version = cluster.version("c14c");

    cluster.extension("c14c", "second", null, "other");
    soonAsserted(() ->
        assertThat(cluster.says("c14c", "second", "Ready"))
            .isEqualTo(
                "False InvalidMCPGatewayExtension conflict. Namespace c14c already has the MCPGatewayExtension c14c/first"));
    client.resources(MCPGatewayExtension.class).inNamespace("c14c").withName("second").delete();
    cluster.extension("c14c", "second", null, "g");
    soonAsserted(() -> assertThat(cluster.says("c14c", "second", "Ready")).startsWith("False"));
    assertThat(cluster.version("c14c")).isEqualTo(version);

    cluster.delete(winner);
    cluster.isReadySoon("c14c", "second");
    assertThat(cluster.servers("c14c")).containsExactly("c14c/s");
  }

  @Test
  void c15AWinnerThatRetargetsPromotesTheLoserAndLosesItsServersWithinFiveSeconds() {
    Promised.within(
        Promised.FIVE_SECONDS,
        n -> {
          String gateway = "c15-" + n;
          String winner = gateway + "a";
          String loser = gateway + "b";
          cluster.gateway("gateway-system", gateway);
          cluster.gateway("gateway-system", gateway + "-new");
          claim(winner, gateway);
          cluster.grant("gateway-system", winner, gateway + "-new");
          cluster.isReadySoon(winner, "e");
          claim(loser, gateway);
          cluster.server(winner, "s", "gateway-system", gateway);
          soonAsserted(() -> {
            assertThat(cluster.servers(winner)).containsExactly(winner + "/s");
            assertThat(cluster.says(loser, "e", "Ready")).contains("conflict");
          });
          return Promised.took(
              () -> cluster.retarget(winner, "e", "gateway-system", gateway + "-new"),
              () -> {
                assertThat(cluster.ready(loser, "e")).isTrue();
                assertThat(cluster.ready(winner, "e")).isTrue();
                assertThat(cluster.servers(loser)).containsExactly(winner + "/s");
                assertThat(cluster.servers(winner)).isEmpty();
              });
        });
  }

  @Test
  void w05OfManySimultaneousClaimsExactlyOneIsReadyAndTheRestAreConflicted() {
    int many = 50;
    List<String> names = IntStream.range(0, many).mapToObj(i -> "w05-" + i).toList();
    names.parallelStream()
        .forEach(n -> {
          cluster.namespace(n);
          cluster.grant("gateway-system", n, "w05");
        });
    cluster.gateway("gateway-system", "w05");
    // Many of them within one second, which is all a creationTimestamp tells.
    List<MCPGatewayExtension> created =
        names.parallelStream()
            .map(n -> cluster.extension(n, "e", "gateway-system", "w05"))
            .toList();
    List<String> order =
        created.stream()
            .map(HasMetadata::getMetadata)
            .sorted(
                Comparator.comparing(ObjectMeta::getCreationTimestamp)
                    .thenComparing(ObjectMeta::getNamespace))
            .map(ObjectMeta::getNamespace)
            .toList();
    assertThat(created)
        .extracting(e -> e.getMetadata().getCreationTimestamp())
        .as("some were created within one second")
        .satisfies(t -> assertThat(Set.copyOf(t)).hasSizeLessThan(many));
    onlyTheFirstIsReady(order);

    client.resources(MCPGatewayExtension.class).inNamespace(order.getFirst()).delete();
    onlyTheFirstIsReady(order.subList(1, many));
  }

  @Test
  void w06OfTwoFromTheSameSecondTheFirstByNameWinsAndKeepsWinningAfterARestart() {
    List<String> pair =
        IntStream.range(0, 50)
            .mapToObj(attempt -> createdInOneSecond("w06-" + attempt))
            .filter(created -> !created.isEmpty())
            .findFirst()
            .orElseThrow();
    onlyTheFirstIsReady(pair);
    String winner = pair.getFirst();
    String since = cluster.condition(winner, "e", "Ready").orElseThrow().getLastTransitionTime();

    controller.close();
    controller = RunningController.acting(client);
    // A change that only the new one can have seen.
    String gateway = winner.substring(0, winner.length() - "-a".length());
    cluster.retarget(pair.getLast(), "e", "gateway-system", "w06-nowhere");
    soonAsserted(
        () -> assertThat(cluster.says(pair.getLast(), "e", "Conflicted")).startsWith("False"));
    cluster.retarget(pair.getLast(), "e", "gateway-system", gateway);
    onlyTheFirstIsReady(pair);
    assertThat(cluster.condition(winner, "e", "Ready").orElseThrow().getLastTransitionTime())
        .isEqualTo(since);
  }

  /** Two claims on one Gateway, the later name first; empty when a second has passed in between. */
  private static List<String> createdInOneSecond(String gateway) {
    String first = gateway + "-a";
    String second = gateway + "-b";
    cluster.gateway("gateway-system", gateway);
    cluster.namespace(first, second);
    cluster.grant("gateway-system", first, gateway);
    cluster.grant("gateway-system", second, gateway);
    Set<String> created =
        Stream.of(second, first)
            .map(n -> cluster.extension(n, "e", "gateway-system", gateway))
            .map(e -> e.getMetadata().getCreationTimestamp())
            .collect(Collectors.toSet());
    return created.size() == 1 ? List.of(first, second) : List.of();
  }

  @Test
  void w30AClaimWithoutAGrantLosesToALaterOneWithAndIsToldAndCounted() {
    cluster.namespace("w30-squatter", "w30-granted");
    cluster.gateway("gateway-system", "w30");
    cluster.extension("w30-squatter", "e", "gateway-system", "w30");
    cluster.grant("gateway-system", "w30-granted", "w30");
    cluster.extension("w30-granted", "e", "gateway-system", "w30");
    cluster.isReadySoon("w30-granted", "e");
    soonAsserted(() -> {
      assertThat(cluster.says("w30-squatter", "e", "Ready"))
          .startsWith("False ReferenceGrantRequired");
      assertThat(cluster.events("w30-squatter", "e")).containsExactly("ReferenceGrantRequired");
      assertThat(controller.get("/metrics").body())
          .containsPattern(
              "mcp_gateway_extensions\\{reason=\"ReferenceGrantRequired\"} [1-9][0-9]*\\.0");
    });
  }

  private static void onlyTheFirstIsReady(List<String> order) {
    soonAsserted(() -> {
      assertThat(cluster.says(order.getFirst(), "e", "Ready")).startsWith("True");
      assertThat(order.subList(1, order.size()))
          .allMatch(n ->
              cluster.says(n, "e", "Conflicted").startsWith("True GatewayTaken")
                  && cluster.says(n, "e", "Ready").startsWith("False"));
    });
  }

  @Test
  void anOlderExtensionThatIsPermittedLaterDisplacesTheLiveOneAndBothAreTold() {
    cluster.namespace("d7-old", "d7-live");
    cluster.gateway("gateway-system", "d7");
    MCPGatewayExtension old = cluster.extension("d7-old", "old", "gateway-system", "d7");
    cluster.grant("gateway-system", "d7-live", "d7");
    // Created in a later second, so that age decides and not the name.
    await()
        .until(() ->
            Instant.now()
                .isAfter(Instant.parse(old.getMetadata().getCreationTimestamp()).plusSeconds(1)));
    cluster.extension("d7-live", "live", "gateway-system", "d7");
    cluster.isReadySoon("d7-live", "live");

    cluster.grant("gateway-system", "d7-old", "d7");
    cluster.isReadySoon("d7-old", "old");
    soon(() -> !cluster.ready("d7-live", "live"));
    soonAsserted(() -> {
      // Whether its grant was seen before it is no part of this.
      assertThat(cluster.events("d7-live", "live"))
          .contains("ValidMCPGatewayExtension")
          .filteredOn("Displaced"::equals)
          .hasSize(1);
      assertThat(cluster.events("d7-old", "old"))
          .containsExactlyInAnyOrder(
              "ReferenceGrantRequired", "ValidMCPGatewayExtension", "TookOver");
    });
  }

  @Test
  void c27StatusCarriesTheGenerationItWasMadeFromAndItsTimesMoveOnlyWithItsValue() {
    cluster.namespace("c27");
    cluster.gateway("c27", "g");
    cluster.gateway("c27", "h");
    cluster.extension("c27", "e", null, "g");
    cluster.isReadySoon("c27", "e");
    String since = cluster.condition("c27", "e", "Ready").orElseThrow().getLastTransitionTime();

    cluster.retarget("c27", "e", null, "h");
    soonAsserted(() ->
        assertThat(cluster.condition("c27", "e", "Ready").orElseThrow().getObservedGeneration())
            .isEqualTo(2));
    assertThat(cluster.condition("c27", "e", "Ready").orElseThrow().getLastTransitionTime())
        .isEqualTo(since);
  }
}
