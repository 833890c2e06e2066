package dev.mcpgateway.webhook.admission;

import static dev.mcpgateway.webhook.admission.Reviews.bytes;
import static dev.mcpgateway.webhook.admission.Reviews.deleting;
import static dev.mcpgateway.webhook.admission.Reviews.extension;
import static dev.mcpgateway.webhook.admission.Reviews.grant;
import static dev.mcpgateway.webhook.admission.Reviews.key;
import static dev.mcpgateway.webhook.admission.Reviews.world;
import static org.assertj.core.api.Assertions.assertThat;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

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
  void anEmptyLabelIsLikeNoneWhereverTheFilterIsRead() {
    assertThat(RouterFilterFacts.of(key("gateway-system/f"), false, "", null))
        .isEqualTo(RouterFilterFacts.of(key("gateway-system/f"), false, null, ""))
        .isEqualTo(new RouterFilterFacts(key("gateway-system/f"), false, null, ""));
  }

  @Test
  void w07AForeignRouterThatIsThereAlreadyCanBeEditedAndRemoved() {
    var present = filter(GW, "team-b");
    var update =
        new AdmissionCase.RouterFilter(
            Reviews.request(AdmissionRequest.Operation.UPDATE, present.key()), present, present);
    assertThat(update.claims()).isNull();
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
    assertThat(update.claims()).isEqualTo(key(GW));
    assertThat(
            AdmissionDecider.decide(
                    update, View.of(world(extension("team-a/a", GW), grant(GW, "team-a"))))
                .allowed())
        .isFalse();
  }

  @Test
  void anEnvoyFilterOfTheChartIsRead() throws MalformedReviewException {
    var read =
        (AdmissionCase.RouterFilter)
            new AdmissionCodec()
                .read(
                    bytes(
                        """
                        {"kind":"AdmissionReview","apiVersion":"admission.k8s.io/v1","request":{"uid":"u",
                        "kind":{"group":"networking.istio.io","version":"v1alpha3","kind":"EnvoyFilter"},
                        "name":"gw","namespace":"gateway-system","operation":"CREATE","object":{
                        "metadata":{"name":"gw","labels":{"mcp.kagenti.com/instance-namespace":"team-b"}},
                        "spec":{"workloadSelector":{"labels":{"gateway.networking.k8s.io/gateway-name":"gw"}}}}}}
                        """));
    assertThat(read.after()).isEqualTo(filter(GW, "team-b"));
    assertThat(read.before()).isNull();
  }

  private static AdmissionDecision create(RouterFilterFacts filter, Object... facts) {
    return AdmissionDecider.decide(
        new AdmissionCase.RouterFilter(
            Reviews.request(AdmissionRequest.Operation.CREATE, filter.key()), null, filter),
        View.of(world(facts)));
  }

  private static RouterFilterFacts filter(@Nullable String gateway, String instance) {
    return new RouterFilterFacts(key(GW), false, gateway == null ? null : key(gateway), instance);
  }
}
