package dev.mcpgateway.controller;

import static dev.mcpgateway.controller.Cluster.soon;
import static dev.mcpgateway.controller.Cluster.soonAsserted;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import dev.mcpgateway.controller.api.facts.FactsMapper;
import dev.mcpgateway.controller.api.model.MCPServerRegistration;
import io.fabric8.kubeapitest.junit.EnableKubeAPIServer;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.HTTPRoute;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.HTTPRouteBuilder;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.RouteParentStatus;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Our entries in the status of routes, and registrations that stand in each other's way (C19). */
@ExtendWith(NeedsApiServer.class)
@EnableKubeAPIServer(
    apiServerFlags = {
      "--bind-address", "127.0.0.1",
      "--advertise-address", "127.0.0.1",
      "--endpoint-reconciler-type", "none"
    })
class RoutesIT {
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
  void aRouteInUseCarriesOurEntryBesideTheOthersAndLosesItAfterwards() {
    cluster.instance("used");
    cluster.server("used", "s", "used", "g");
    soonAsserted(() -> {
      assertThat(parents("used", "s"))
          .extracting(RouteParentStatus::getControllerName)
          .containsExactly("istio.io/gateway-controller", FactsMapper.ROUTE_CONTROLLER_NAME);
      Condition programmed = ours("used", "s").orElseThrow().getConditions().getFirst();
      assertThat(programmed.getType()).isEqualTo("Programmed");
      assertThat(programmed.getReason()).isEqualTo("InUseByMCPServerRegistration");
      assertThat(programmed.getObservedGeneration()).isEqualTo(1);
    });

    client.resources(MCPServerRegistration.class).inNamespace("used").delete();
    soonAsserted(() ->
        assertThat(parents("used", "s"))
            .extracting(RouteParentStatus::getControllerName)
            .containsExactly("istio.io/gateway-controller"));
  }

  @Test
  void aRouteThatIsDetachedFromEveryGatewayLosesOurEntry() {
    cluster.instance("detached");
    cluster.server("detached", "s", "detached", "g");
    soon(() -> ours("detached", "s").isPresent());
    Cluster.retrying(() ->
        client
            .resource(route("detached", "s"))
            .edit(r ->
                new HTTPRouteBuilder(r).editSpec().withParentRefs(List.of()).endSpec().build()));
    soon(() -> ours("detached", "s").isEmpty());
  }

  @Test
  void anEntryThatSomebodyOverwroteComesBackAndNobodyFightsAboutTheOthers() {
    cluster.instance("fight");
    cluster.server("fight", "s", "fight", "g");
    soon(() -> ours("fight", "s").isPresent());
    // As a controller would that knows only its own entries.
    cluster.accept("fight", "s", true);
    soon(() -> ours("fight", "s").isPresent() && parents("fight", "s").size() == 2);
    String version = route("fight", "s").getMetadata().getResourceVersion();
    await()
        .during(Duration.ofSeconds(1))
        .atMost(Duration.ofSeconds(30))
        .until(() -> version.equals(route("fight", "s").getMetadata().getResourceVersion()));
  }

  @Test
  void everyParentInUseHasAnEntryOfItsOwnAndNobodyIsMoved() {
    cluster.instance("parents");
    cluster.gateway("parents", "unused");
    cluster.server("parents", "s", "parents", "g");
    soon(() -> ours("parents", "s").isPresent());
    Cluster.retrying(() ->
        client
            .resource(route("parents", "s"))
            .edit(r ->
                new HTTPRouteBuilder(r)
                    .editSpec()
                    .addNewParentRef()
                    .withName("g")
                    .withSectionName("mcp")
                    .endParentRef()
                    .addNewParentRef()
                    .withName("unused")
                    .endParentRef()
                    .endSpec()
                    .build()));
    // Another controller that puts its own entries last.
    Cluster.retrying(() ->
        client
            .resource(route("parents", "s"))
            .editStatus(r ->
                new HTTPRouteBuilder(r)
                    .editStatus()
                    .withParents(
                        Stream.concat(
                                parents(r).stream().filter(RoutesIT::isOurs),
                                r.getSpec().getParentRefs().stream().map(Cluster::accepted))
                            .toList())
                    .endStatus()
                    .build()));
    soonAsserted(() ->
        assertThat(parents("parents", "s"))
            .extracting(
                RouteParentStatus::getControllerName,
                p -> p.getParentRef().getName() + "/" + p.getParentRef().getSectionName())
            .containsExactly(
                tuple(FactsMapper.ROUTE_CONTROLLER_NAME, "g/null"),
                tuple("istio.io/gateway-controller", "g/null"),
                tuple("istio.io/gateway-controller", "g/mcp"),
                tuple("istio.io/gateway-controller", "unused/null"),
                tuple(FactsMapper.ROUTE_CONTROLLER_NAME, "g/mcp")));
    soonAsserted(() ->
        assertThat(ours("parents", "s").orElseThrow().getConditions().getFirst())
            .extracting(Condition::getObservedGeneration)
            .isEqualTo(2L));
  }

  @Test
  void ourEntryNeverCountsAsAnAcceptance() {
    cluster.instance("own");
    cluster.server("own", "s", "own", "g");
    soon(() -> ours("own", "s").isPresent());
    cluster.accept("own", "s", false);
    soonAsserted(() -> {
      assertThat(cluster.registrationSays("own", "s"))
          .startsWith("False NotReady no valid gateways");
      assertThat(ours("own", "s")).isEmpty();
    });
  }

  @Test
  void c19OfTwoRegistrationsWithOnePrefixTheLaterOneIsToldAndBothAreServed() {
    cluster.instance("c19");
    cluster.service("c19", "one");
    cluster.route("c19", "one", "c19", "g");
    cluster.accept("c19", "one", true);
    cluster.registration("c19", "one", "same_", null);
    cluster.service("c19", "two");
    cluster.route("c19", "two", "c19", "g");
    cluster.accept("c19", "two", true);
    cluster.registration("c19", "two", "same_", null);
    soonAsserted(() -> {
      assertThat(cluster.servers("c19")).containsExactly("c19/one", "c19/two");
      // Created within one second, the name decides.
      assertThat(conflicted("c19", "one") + conflicted("c19", "two"))
          .contains("True PrefixTaken")
          .contains("False NoConflict")
          .doesNotContain("c19/one")
          .doesNotContain("c19/two");
    });
  }

  @Test
  void c19PrefixesThatBeginAlikeAreToldToBoth() {
    cluster.instance("c19b");
    for (String name : List.of("a", "a-b")) {
      cluster.server("c19b", name, "c19b", "g");
    }
    cluster.service("c19b", "long");
    cluster.route("c19b", "long", "c19b", "g");
    cluster.accept("c19b", "long", true);
    cluster.registration("c19b", "long", "a_and_more_", null);
    soonAsserted(() -> {
      assertThat(conflicted("c19b", "a")).startsWith("True PrefixOverlaps");
      assertThat(conflicted("c19b", "long")).startsWith("True PrefixOverlaps");
      assertThat(conflicted("c19b", "a-b")).startsWith("False NoConflict");
    });
  }

  @Test
  void referencesThatDoNotResolveAreToldApart() {
    cluster.instance("refs");
    cluster.route("refs", "s", "refs", "g");
    cluster.accept("refs", "s", true);
    cluster.registration("refs", "s", "s_", null);
    soonAsserted(() ->
        assertThat(cluster.registrationSays("refs", "s", "ResolvedRefs"))
            .startsWith("False BackendNotFound"));
    cluster.service("refs", "s");
    soonAsserted(() ->
        assertThat(cluster.registrationSays("refs", "s", "ResolvedRefs"))
            .startsWith("True ResolvedRefs"));
  }

  private static String conflicted(String namespace, String name) {
    return cluster.registrationSays(namespace, name, "Conflicted");
  }

  private static HTTPRoute route(String namespace, String name) {
    return client.resources(HTTPRoute.class).inNamespace(namespace).withName(name).get();
  }

  private static List<RouteParentStatus> parents(String namespace, String name) {
    return parents(route(namespace, name));
  }

  private static List<RouteParentStatus> parents(HTTPRoute route) {
    return route.getStatus() == null ? List.of() : route.getStatus().getParents();
  }

  private static Optional<RouteParentStatus> ours(String namespace, String name) {
    return parents(namespace, name).stream().filter(RoutesIT::isOurs).findFirst();
  }

  private static boolean isOurs(RouteParentStatus parent) {
    return FactsMapper.ROUTE_CONTROLLER_NAME.equals(parent.getControllerName());
  }
}
