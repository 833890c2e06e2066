package dev.mcpgateway.webhook.admission;

import static dev.mcpgateway.webhook.admission.Reviews.creation;
import static dev.mcpgateway.webhook.admission.Reviews.deleting;
import static dev.mcpgateway.webhook.admission.Reviews.extension;
import static dev.mcpgateway.webhook.admission.Reviews.gateway;
import static dev.mcpgateway.webhook.admission.Reviews.grant;
import static dev.mcpgateway.webhook.admission.Reviews.update;
import static dev.mcpgateway.webhook.admission.Reviews.world;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpgateway.controller.api.facts.ExtensionFacts;
import dev.mcpgateway.controller.api.facts.GatewayClassFacts;
import dev.mcpgateway.controller.api.facts.GatewayFacts;
import dev.mcpgateway.controller.api.facts.RouteSources;
import dev.mcpgateway.controller.api.rules.World;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class AdmissionDeciderTest {
  private static final String GW = "gateway-system/gw";
  private static final ExtensionFacts A = extension("team-a/a", GW);
  private static final ExtensionFacts B = extension("team-b/b", GW);

  @Test
  void theFirstExtensionWithAGrantIsAllowedInSilence() {
    AdmissionDecision decision = decide(creation(A), gateway(GW), grant(GW, "team-a"));
    assertThat(decision).isEqualTo(AdmissionDecision.allowed("None", List.of()));
  }

  @Test
  void w01ASecondExtensionInTheNamespaceIsDeniedByName() {
    AdmissionDecision decision =
        decide(
            creation(extension("team-a/second", "gateway-system/free")),
            A,
            gateway("gateway-system/free"),
            grant("gateway-system/free", "team-a"));
    assertDenied(
        decision,
        "NamespaceTaken",
        "Namespace team-a already has the MCPGatewayExtension team-a/a, and a namespace can have only one."
            + " Delete team-a/a first, or create this extension in another namespace.");
  }

  @Test
  void w02ASecondClaimantOfAGatewayIsDeniedWithoutNamingTheFirst() {
    AdmissionDecision decision =
        decide(creation(B), A, gateway(GW), grant(GW, "team-a"), grant(GW, "team-b"));
    assertDenied(
        decision,
        "GatewayTaken",
        "Gateway gateway-system/gw is already the target of another MCPGatewayExtension, and a Gateway can serve only one."
            + " Point spec.targetRef at another Gateway, or have the other extension removed first.");
    assertThat(decision.message() + decision.warnings()).doesNotContain("team-a");
  }

  @Test
  void w02ANewcomerWithoutAGrantIsDeniedToo() {
    AdmissionDecision decision = decide(creation(B), A, gateway(GW), grant(GW, "team-a"));
    assertThat(decision.allowed()).isFalse();
    assertThat(decision.rule()).isEqualTo("GatewayTaken");
    assertThat(decision.warnings())
        .hasSize(2)
        .first()
        .asString()
        .contains("No ReferenceGrant in namespace gateway-system");
  }

  @Test
  void w03AnOmittedNamespaceEqualsTheOwn() {
    // FactsMapper fills the namespace in; here the same key stands for both spellings.
    AdmissionDecision decision =
        decide(
            creation(extension("team-b/b", "team-a/gw")),
            extension("team-a/a", "team-a/gw"),
            gateway("team-a/gw"));
    assertThat(decision.rule()).isEqualTo("GatewayTaken");
    assertThat(decision.allowed()).isFalse();
  }

  @Test
  void w04TheSameNameInAnotherNamespaceIsAnotherGateway() {
    AdmissionDecision decision =
        decide(
            creation(extension("team-b/b", "team-b/gw")),
            extension("team-a/a", "team-a/gw"),
            gateway("team-b/gw"));
    assertThat(decision).isEqualTo(AdmissionDecision.allowed("None", List.of()));
  }

  @Test
  void w07AnUpdateThatClaimsNothingNewPassesAndIsReminded() {
    World world = world(A, B, gateway(GW), grant(GW, "team-a"), grant(GW, "team-b"));
    AdmissionDecision decision = AdmissionDecider.decide(update(B, B), View.of(world));
    assertThat(decision.allowed()).isTrue();
    assertThat(decision.rule()).isEqualTo("GatewayTaken");
    assertThat(decision.warnings()).hasSize(1);
  }

  @Test
  void w08AnUpdateTowardsATakenGatewayIsDenied() {
    ExtensionFacts free = extension("team-b/b", "team-b/own");
    AdmissionDecision decision =
        decide(update(free, B), A, free, gateway(GW), grant(GW, "team-a"), grant(GW, "team-b"));
    assertThat(decision.allowed()).isFalse();
    assertThat(decision.rule()).isEqualTo("GatewayTaken");
  }

  @Test
  void w08AnUpdateFromOneTakenGatewayToAnotherIsDenied() {
    ExtensionFacts elsewhere = extension("team-b/b", "team-c/gw");
    ExtensionFacts c = extension("team-c/c", "team-c/gw");
    AdmissionDecision decision =
        decide(update(elsewhere, B), A, c, elsewhere, gateway(GW), grant(GW, "team-a"));
    assertThat(decision.allowed()).isFalse();
  }

  @Test
  void w09AnUpdateTowardsAFreeGatewayRepairsAConflict() {
    ExtensionFacts repaired = extension("team-b/b", "team-b/own");
    AdmissionDecision decision =
        decide(update(B, repaired), A, B, gateway("team-b/own"), grant(GW, "team-a"));
    assertThat(decision).isEqualTo(AdmissionDecision.allowed("None", List.of()));
  }

  @Test
  void w09AMoveOfAnExtensionThatSharesItsNamespacePasses() {
    ExtensionFacts second = extension("team-a/second", "team-a/one");
    ExtensionFacts moved = extension("team-a/second", "team-a/two");
    AdmissionDecision decision = decide(update(second, moved), A, second, gateway("team-a/two"));
    assertThat(decision.allowed()).isTrue();
    assertThat(decision.rule()).isEqualTo("NamespaceTaken");
  }

  @Test
  void w10ATerminatingObjectAlwaysPasses() {
    World world = world(A, deleting(B), gateway(GW), grant(GW, "team-a"), grant(GW, "team-b"));
    assertThat(AdmissionDecider.decide(update(B, deleting(B)), View.of(world)))
        .isEqualTo(AdmissionDecision.allowed("None", List.of()));
    assertThat(AdmissionDecider.decide(update(deleting(B), deleting(B)), View.of(world)).allowed())
        .isTrue();
  }

  @Test
  void w13ASuccessorOfATerminatingExtensionIsAdmittedWithAWarning() {
    AdmissionDecision decision =
        decide(
            creation(extension("team-a/next", GW)), deleting(A), gateway(GW), grant(GW, "team-a"));
    assertThat(decision.allowed()).isTrue();
    assertThat(decision.warnings())
        .containsExactly(
            "MCPGatewayExtension team-a/a is still terminating."
                + " Nothing to do: this extension becomes Ready when that one is gone.");
  }

  @Test
  void w14AnUnnamedObjectIsJudgedLikeAnyOther() {
    AdmissionDecision decision = decide(creation(extension("team-a/", GW)), A, gateway(GW));
    assertThat(decision.rule()).isEqualTo("NamespaceTaken");
    assertThat(decision.message()).contains("team-a/a").doesNotContain("team-a/ ");
  }

  @Test
  void w30AClaimWithoutAGrantBlocksNobody() {
    AdmissionDecision decision = decide(creation(B), A, gateway(GW), grant(GW, "team-b"));
    assertThat(decision).isEqualTo(AdmissionDecision.allowed("None", List.of()));
  }

  @Test
  void aMissingGrantIsAWarningWithTheGrantToPaste() {
    AdmissionDecision decision = decide(creation(A), gateway(GW));
    assertThat(decision.allowed()).isTrue();
    assertThat(decision.rule()).isEqualTo("NotPermitted");
    assertThat(decision.warnings())
        .hasSize(2)
        .last()
        .asString()
        .startsWith("{apiVersion: gateway.networking.k8s.io/v1beta1, kind: ReferenceGrant");
  }

  @Test
  void aMissingGatewayIsNotRevealedWithoutAGrant() {
    assertThat(decide(creation(A)).warnings()).noneMatch(w -> w.contains("does not exist"));
    assertThat(decide(creation(A), grant(GW, "team-a")).warnings())
        .containsExactly(
            "Gateway gateway-system/gw does not exist. Create it, or correct spec.targetRef.");
  }

  @Test
  void theReservedNameIsDeniedOnCreateAndNeverBlocksTheRepairOfOneThatExists() {
    ExtensionFacts reserved = extension("team-a/admission-self-test", GW);
    assertDenied(
        decide(creation(reserved)),
        "ReservedName",
        "The name admission-self-test is reserved for the webhook's test of itself. Choose another name.");
    assertThat(decide(update(reserved, reserved)).allowed()).isTrue();
  }

  @Test
  void aGatewayThatCanServeNobodyIsAWarning() {
    World deaf =
        world(
            grant(GW, "team-a"),
            new GatewayFacts(A.gateway(), "istio", List.of(), new RouteSources.Anywhere()));
    assertThat(AdmissionDecider.decide(creation(A), View.of(deaf)).warnings())
        .containsExactly(
            "Gateway gateway-system/gw has no listener for HTTP or HTTPS. Add one for the MCP traffic.");
    World.Builder orphan = world(grant(GW, "team-a"), gateway(GW)).toBuilder();
    assertThat(
            AdmissionDecider.decide(creation(A), View.of(orphan.gatewayClasses(Map.of()).build()))
                .warnings())
        .containsExactly(
            "GatewayClass istio of Gateway gateway-system/gw does not exist."
                + " Install its controller, or correct spec.gatewayClassName of the Gateway.");
    assertThat(
            AdmissionDecider.decide(
                    creation(A),
                    View.of(
                        orphan
                            .gatewayClasses(Map.of("istio", new GatewayClassFacts("istio", false)))
                            .build()))
                .warnings())
        .containsExactly(
            "GatewayClass istio of Gateway gateway-system/gw has not been accepted by its controller."
                + " See status.conditions of the GatewayClass.");
    assertThat(
            decide(
                    creation(A),
                    new GatewayFacts(A.gateway(), "absent", List.of(), new RouteSources.Anywhere()))
                .rule())
        .as("nothing is told about a Gateway that may not be referred to")
        .isEqualTo("NotPermitted");
  }

  @Test
  void w25AClassThatCouldNotBeReadIsNotCalledMissing() {
    World world =
        world(grant(GW, "team-a"), gateway(GW)).toBuilder().gatewayClasses(Map.of()).build();
    AdmissionDecision decision =
        AdmissionDecider.decide(
            creation(A), new View(world, List.of(), Set.of(new Unseen.GatewayClass("istio"))));
    assertThat(decision.rule()).isEqualTo("NotChecked");
    assertThat(decision.allowed()).isTrue();
    assertThat(decision.warnings())
        .containsExactly(
            "The webhook could not read GatewayClass istio, so nobody has checked it."
                + " See that it exists, or apply the object again later.");
  }

  @Test
  void aRouterOfAnotherNamespaceInTheGatewayIsAWarningForWhoeverMayHoldIt() {
    RouterFilterFacts foreign =
        new RouterFilterFacts(Reviews.key(GW), false, Set.of(Reviews.key(GW)), "team-b");
    RouterFilterFacts own =
        new RouterFilterFacts(Reviews.key(GW), false, Set.of(Reviews.key(GW)), "team-a");
    World permitted = world(grant(GW, "team-a"), gateway(GW));
    assertThat(warnings(A, permitted, own)).isEmpty();
    assertThat(warnings(A, permitted, own, foreign))
        .containsExactly(
            "An EnvoyFilter in namespace gateway-system leads the traffic of Gateway gateway-system/gw through the"
                + " router of another namespace. Ask the owner of namespace gateway-system to delete it; it has the"
                + " label mcp.kagenti.com/gateway=gw.");
    assertThat(warnings(A, world(gateway(GW)), foreign))
        .as("who may not refer to the Gateway")
        .noneMatch(w -> w.contains("EnvoyFilter"));
    assertThat(
            warnings(A, world(B, grant(GW, "team-a"), grant(GW, "team-b"), gateway(GW)), foreign))
        .as("the Gateway is the other's")
        .isEmpty();
    View unread = new View(permitted, List.of(), Set.of(new Unseen.Routers(Reviews.key(GW))));
    assertThat(AdmissionDecider.decide(creation(A), unread).rule()).isEqualTo("NotChecked");
  }

  private static List<String> warnings(
      ExtensionFacts candidate, World world, RouterFilterFacts... routers) {
    return AdmissionDecider.decide(creation(candidate), new View(world, List.of(routers), Set.of()))
        .warnings();
  }

  @Test
  void anUnknownKindPassesWithAWarning() {
    AdmissionDecision decision =
        decide(
            new AdmissionCase.UnknownKind(
                Reviews.request(AdmissionRequest.Operation.CREATE, A.key())));
    assertThat(decision.allowed()).isTrue();
    assertThat(decision.warnings()).hasSize(1);
  }

  private static AdmissionDecision decide(AdmissionCase admission, Object... facts) {
    return AdmissionDecider.decide(admission, View.of(world(facts)));
  }

  private static void assertDenied(AdmissionDecision decision, String rule, String message) {
    assertThat(decision).isEqualTo(AdmissionDecision.denied(rule, message, List.of()));
  }
}
