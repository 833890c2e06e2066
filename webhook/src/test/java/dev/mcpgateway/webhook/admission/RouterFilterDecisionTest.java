package dev.mcpgateway.webhook.admission;

import static dev.mcpgateway.webhook.admission.Reviews.bytes;
import static dev.mcpgateway.webhook.admission.Reviews.deleting;
import static dev.mcpgateway.webhook.admission.Reviews.extension;
import static dev.mcpgateway.webhook.admission.Reviews.grant;
import static dev.mcpgateway.webhook.admission.Reviews.key;
import static dev.mcpgateway.webhook.admission.Reviews.world;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RouterFilterDecisionTest {
  private static final String GW = "gateway-system/gw";

  @Test
  void theHoldersOwnRouterIsAllowed() {
    assertThat(create(filter(GW, "team-a"), extension("team-a/a", GW), grant(GW, "team-a")).rule())
        .isEqualTo("None");
  }

  @Test
  void beforeAnybodyHoldsTheGatewayARouterIsAllowedBecauseHelmCreatesItFirst() {
    assertThat(create(filter(GW, "team-a")).rule()).isEqualTo("None");
  }

  @Test
  void anotherNamespacesRouterIsDeniedWithoutNamingTheHolder() {
    AdmissionDecision decision =
        create(
            filter(GW, "team-b"),
            extension("team-a/a", GW),
            extension("team-b/b", GW),
            grant(GW, "team-a"));
    assertThat(decision.allowed()).isFalse();
    assertThat(decision.rule()).isEqualTo("ForeignRouter");
    assertThat(decision.message())
        .isEqualTo(
            "Gateway gateway-system/gw is already the target of another MCPGatewayExtension, and this EnvoyFilter would"
                + " lead its traffic through the router of namespace team-b."
                + " Choose another Gateway, or have the other extension removed first.")
        .doesNotContain("team-a");
  }

  @Test
  void aHolderWithoutAGrantOrOneThatIsLeavingHoldsNothing() {
    assertThat(create(filter(GW, "team-b"), extension("team-a/a", GW)).allowed()).isTrue();
    assertThat(
            create(filter(GW, "team-b"), deleting(extension("team-a/a", GW)), grant(GW, "team-a"))
                .allowed())
        .isTrue();
  }

  @Test
  void aFilterWithoutLabelOrSelectorIsNotOurs() {
    var holder = extension("team-a/a", GW);
    assertThat(create(filter(GW, ""), holder, grant(GW, "team-a")).allowed()).isTrue();
    assertThat(create(filter(null, "team-b"), holder, grant(GW, "team-a")).allowed()).isTrue();
  }

  @Test
  void w07AForeignRouterThatIsThereAlreadyCanBeEditedAndRemoved() {
    var present = filter(GW, "team-b");
    var update =
        new AdmissionCase.RouterFilter(
            Reviews.request(AdmissionRequest.Operation.UPDATE, present.key()), present, present);
    assertThat(update.claims()).isEmpty();
    assertThat(
            AdmissionDecider.decide(
                    update, View.of(world(extension("team-a/a", GW), grant(GW, "team-a"))))
                .allowed())
        .isTrue();
  }

  @Test
  void w08ARouterThatMovesIntoAHeldGatewayIsDenied() {
    var before = filter("gateway-system/free", "team-b");
    var after = filter(GW, "team-b");
    var update =
        new AdmissionCase.RouterFilter(
            Reviews.request(AdmissionRequest.Operation.UPDATE, after.key()), before, after);
    assertThat(update.claims()).containsExactly(key(GW));
    assertThat(
            AdmissionDecider.decide(
                    update, View.of(world(extension("team-a/a", GW), grant(GW, "team-a"))))
                .allowed())
        .isFalse();
  }

  @Test
  void w08ARouterThatEntersAnotherGatewayAsWellIsJudgedForThatOne() {
    var before = filter("gateway-system/free", "team-b");
    var after =
        new RouterFilterFacts(
            before.key(), false, Set.of(key("gateway-system/free"), key(GW)), "team-b");
    var update =
        new AdmissionCase.RouterFilter(
            Reviews.request(AdmissionRequest.Operation.UPDATE, after.key()), before, after);
    assertThat(update.claims()).containsExactly(key(GW));
    assertThat(
            AdmissionDecider.decide(
                    update, View.of(world(extension("team-a/a", GW), grant(GW, "team-a"))))
                .rule())
        .isEqualTo("ForeignRouter");
  }

  @Test
  void anEnvoyFilterOfTheChartIsRead() throws MalformedReviewException {
    assertThat(
            read(
                """
                {"workloadSelector":{"labels":{"gateway.networking.k8s.io/gateway-name":"gw"}}}\
                """))
        .isEqualTo(filter(GW, "team-b"));
  }

  @Test
  void anEnvoyFilterMayReferToItsGatewaysInsteadOfSelectingTheirPods()
      throws MalformedReviewException {
    assertThat(
            read("""
            {"targetRefs":[
              {"group":"gateway.networking.k8s.io","kind":"Gateway","name":"gw"},
              {"group":"gateway.networking.k8s.io","kind":"Gateway","name":"too"},
              {"group":"gateway.networking.k8s.io","kind":"GatewayClass","name":"class"},
              {"group":"","kind":"Service","name":"service"}]}\
            """)
                .gateways())
        .containsExactlyInAnyOrder(key(GW), key("gateway-system/too"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "null",
        "{\"workloadSelector\":{}}",
        "{\"workloadSelector\":{\"labels\":{\"app\":\"gateway\"}}}",
        "{\"workloadSelector\":{\"labels\":{\"gateway.networking.k8s.io/gateway-name\":\"\"}}}",
        "{\"targetRefs\":[]}",
        "{\"targetRefs\":[{\"group\":\"\",\"kind\":\"Service\",\"name\":\"service\"}]}"
      })
  void oneThatNamesNoGatewayIsTakenForTheOneItsLabelTells(String spec)
      throws MalformedReviewException {
    assertThat(read(spec).gateways()).containsExactly(key("gateway-system/labelled"));
  }

  private static RouterFilterFacts read(String spec) throws MalformedReviewException {
    var read =
        (AdmissionCase.RouterFilter)
            new AdmissionCodec()
                .read(
                    bytes(
                        """
                        {"kind":"AdmissionReview","apiVersion":"admission.k8s.io/v1","request":{"uid":"u",
                        "kind":{"group":"networking.istio.io","version":"v1alpha3","kind":"EnvoyFilter"},
                        "name":"gw","namespace":"gateway-system","operation":"CREATE","object":{
                        "metadata":{"name":"gw","labels":{"mcp.kagenti.com/instance-namespace":"team-b",
                        "mcp.kagenti.com/gateway":"labelled"}},
                        "spec":%s}}}
                        """
                            .formatted(spec)));
    assertThat(read.before()).isNull();
    return read.after();
  }

  private static AdmissionDecision create(RouterFilterFacts filter, Object... facts) {
    return AdmissionDecider.decide(
        new AdmissionCase.RouterFilter(
            Reviews.request(AdmissionRequest.Operation.CREATE, filter.key()), null, filter),
        View.of(world(facts)));
  }

  private static RouterFilterFacts filter(@Nullable String gateway, String instance) {
    return new RouterFilterFacts(
        key(GW), false, gateway == null ? Set.of() : Set.of(key(gateway)), instance);
  }
}
