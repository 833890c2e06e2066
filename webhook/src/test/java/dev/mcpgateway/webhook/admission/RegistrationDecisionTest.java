package dev.mcpgateway.webhook.admission;

import static dev.mcpgateway.webhook.admission.Reviews.extension;
import static dev.mcpgateway.webhook.admission.Reviews.gateway;
import static dev.mcpgateway.webhook.admission.Reviews.grant;
import static dev.mcpgateway.webhook.admission.Reviews.key;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpgateway.controller.api.ObjectKey;
import dev.mcpgateway.controller.api.facts.CredentialFacts;
import dev.mcpgateway.controller.api.facts.RegistrationFacts;
import dev.mcpgateway.controller.api.facts.RouteFacts;
import dev.mcpgateway.controller.api.facts.ServiceFacts;
import dev.mcpgateway.controller.api.rules.World;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class RegistrationDecisionTest {
  private static final String GW = "gateway-system/gw";
  private static final RouteFacts ROUTE_A = route("team-a/r", GW, true);
  private static final RouteFacts ROUTE_B = route("team-b/r", GW, true);
  private static final RegistrationFacts WEATHER =
      registration("team-a/weather", "team-a/r", "x_", "/mcp");

  private final Map<ObjectKey, RegistrationFacts> stored = new HashMap<>();
  private final Map<ObjectKey, RouteFacts> routes =
      new HashMap<>(Map.of(ROUTE_A.key(), ROUTE_A, ROUTE_B.key(), ROUTE_B));
  private final Map<ObjectKey, ServiceFacts> services =
      new HashMap<>(
          Map.of(
              key("team-a/svc"), new ServiceFacts(key("team-a/svc"), null, List.of()),
              key("team-b/svc"), new ServiceFacts(key("team-b/svc"), null, List.of())));
  private final Map<ObjectKey, CredentialFacts> credentials = new HashMap<>();
  private final Set<Unseen> unseen = new HashSet<>();

  @Test
  void aRegistrationThatCanBeServedIsAllowedInSilence() {
    assertThat(create(WEATHER)).isEqualTo(AdmissionDecision.allowed("None", List.of()));
  }

  @Test
  void theSameRouteAndPathIsDeniedByName() {
    store(WEATHER);
    assertThat(create(registration("team-a/again", "team-a/r", "y_", "/mcp")))
        .isEqualTo(
            AdmissionDecision.denied(
                "Duplicate",
                "HTTPRoute team-a/r with path /mcp is already registered by the MCPServerRegistration team-a/weather."
                    + " Delete team-a/weather first, or name another HTTPRoute or path.",
                List.of()));
    assertThat(create(registration("team-a/v2", "team-a/r", "y_", "/v2/mcp")).allowed()).isTrue();
  }

  @Test
  void aDuplicateCanBeRepairedByAnotherPathAlthoughItSharesThePrefix() {
    store(WEATHER);
    RegistrationFacts twin =
        registration("team-a/twin", "team-a/r", WEATHER.toolPrefix(), WEATHER.path());
    RegistrationFacts repaired =
        registration("team-a/twin", "team-a/r", WEATHER.toolPrefix(), "/v2/mcp");
    store(twin);
    assertThat(update(twin, repaired).allowed()).isTrue();
    assertThat(create(repaired).allowed()).isFalse();
  }

  @Test
  void aPrefixInUseOnTheGatewayIsDeniedWithoutNamingItsOwner() {
    store(WEATHER);
    AdmissionDecision decision = create(registration("team-b/mine", "team-b/r", "x_", "/mcp"));
    assertThat(decision.rule()).isEqualTo("PrefixTaken");
    assertThat(decision.message())
        .isEqualTo(
            "The tool prefix x_ is already used by another MCPServerRegistration on Gateway gateway-system/gw."
                + " Choose another spec.toolPrefix, or have the other registration removed first.");
    assertThat(decision.allowed()).isFalse();
  }

  @Test
  void aPrefixOnAnotherGatewayIsFree() {
    store(WEATHER);
    routes.put(ROUTE_B.key(), route("team-b/r", "gateway-system/other", true));
    assertThat(create(registration("team-b/mine", "team-b/r", "x_", "/mcp")).allowed()).isTrue();
  }

  @Test
  void anEmptyPrefixNeverConflicts() {
    store(registration("team-a/weather", "team-a/r", "", "/mcp"));
    assertThat(create(registration("team-b/mine", "team-b/r", "", "/mcp")).rule())
        .isEqualTo("None");
  }

  @Test
  void aRouteTheGatewayRefusedOccupiesNoPrefix() {
    store(WEATHER);
    routes.put(ROUTE_A.key(), route("team-a/r", GW, false));
    assertThat(create(registration("team-b/mine", "team-b/r", "x_", "/mcp")).allowed()).isTrue();
  }

  @Test
  void aPrefixOnAGatewayThatHasNotAcceptedTheRouteIsSaidToBeUnchecked() {
    store(WEATHER);
    routes.put(ROUTE_B.key(), pending("team-b/r"));
    AdmissionDecision decision = create(registration("team-b/mine", "team-b/r", "x_", "/mcp"));
    assertThat(decision.allowed()).isTrue();
    assertThat(decision.warnings())
        .contains(
            "Whether the tool prefix x_ is free on Gateway gateway-system/gw is checked only once that has accepted HTTPRoute team-b/r."
                + " See the conditions of this registration then.");
    assertThat(create(registration("team-b/mine", "team-b/r", "", "/mcp")).warnings())
        .noneMatch(w -> w.contains("prefix"));
    assertThat(create(registration("team-c/mine", "team-b/r", "x_", "/mcp")).warnings())
        .as("of another namespace's route nothing is told")
        .noneMatch(w -> w.contains("prefix"));
  }

  @Test
  void withinANamespaceAPrefixIsTakenBeforeTheRouteOfItsHolderIsAccepted() {
    store(registration("team-a/weather", "team-a/r2", "x_", "/mcp"));
    routes.put(key("team-a/r2"), pending("team-a/r2"));
    AdmissionDecision decision = create(registration("team-a/mine", "team-a/r", "x_", "/mcp"));
    assertThat(decision.rule()).isEqualTo("PrefixTaken");
    assertThat(decision.warnings()).noneMatch(w -> w.contains("checked only once"));
  }

  @Test
  void aRouteOfAnotherNamespaceIsDenied() {
    AdmissionDecision decision = create(registration("team-a/far", "team-b/r", "y_", "/mcp"));
    assertThat(decision.rule()).isEqualTo("RouteElsewhere");
    assertThat(decision.allowed()).isFalse();
    assertThat(decision.message()).startsWith("spec.targetRef.namespace is team-b,");
  }

  @Test
  void aPrefixThatBeginsAnotherIsAWarning() {
    store(WEATHER);
    AdmissionDecision decision = create(registration("team-b/mine", "team-b/r", "x_y_", "/mcp"));
    assertThat(decision.allowed()).isTrue();
    assertThat(decision.rule()).isEqualTo("PrefixOverlaps");
    assertThat(decision.warnings()).hasSize(1).first().asString().contains("x_y_ and x_");
  }

  @Test
  void everythingThatIsMissingIsWarnedAboutAtOnce() {
    services.clear();
    routes.put(ROUTE_A.key(), route("team-a/r", GW, false));
    AdmissionDecision decision =
        create(
            registration(
                "team-a/weather",
                "team-a/r",
                "x_",
                "/mcp",
                new RegistrationFacts.Credential(key("team-a/token"), "token")));
    assertThat(decision.allowed()).isTrue();
    assertThat(decision.warnings())
        .extracting(w -> w.substring(0, w.indexOf(' ', 12)))
        .containsExactly("no valid gateways", "Service team-a/svc", "credential secret");
    routes.remove(ROUTE_A.key());
    assertThat(create(WEATHER).warnings())
        .containsExactly(
            "HTTPRoute team-a/r not found. Create it, or correct spec.targetRef.name.");
  }

  @Test
  void aSecretWithoutTheKeyIsAWarning() {
    credentials.put(
        key("team-a/token"), new CredentialFacts(key("team-a/token"), Map.of("other", "v")));
    RegistrationFacts candidate =
        registration(
            "team-a/weather",
            "team-a/r",
            "x_",
            "/mcp",
            new RegistrationFacts.Credential(key("team-a/token"), "token"));
    assertThat(create(candidate).warnings())
        .containsExactly(
            "credential secret team-a/token has no key token."
                + " Add the key, or correct spec.credentialRef.key.");
    credentials.put(
        key("team-a/token"), new CredentialFacts(key("team-a/token"), Map.of("token", "v")));
    assertThat(create(candidate).warnings()).isEmpty();
  }

  @Test
  void w25WhatCouldNotBeReadIsNotCalledMissingAndNobodyIsRefusedForIt() {
    services.clear();
    unseen.add(new Unseen.Service(key("team-a/svc")));
    unseen.add(new Unseen.Credential(key("team-a/token")));
    AdmissionDecision decision =
        create(
            registration(
                "team-a/mine",
                "team-a/r",
                "y_",
                "/v2",
                new RegistrationFacts.Credential(key("team-a/token"), "token")));
    assertThat(decision.allowed()).isTrue();
    assertThat(decision.rule()).isEqualTo("NotChecked");
    assertThat(decision.warnings())
        .hasSize(2)
        .allSatisfy(w -> assertThat(w).startsWith("The webhook could not read "));
  }

  @Test
  void w07AConflictThatIsThereAlreadyDoesNotBlockAnUpdate() {
    RegistrationFacts late = registration("team-b/mine", "team-b/r", "x_", "/mcp");
    store(WEATHER);
    store(late);
    RegistrationFacts edited =
        registration(
            "team-b/mine",
            "team-b/r",
            "x_",
            "/mcp",
            new RegistrationFacts.Credential(key("team-b/token"), "token"));
    AdmissionDecision decision = update(late, edited);
    assertThat(decision.allowed()).isTrue();
    assertThat(decision.rule()).isEqualTo("PrefixTaken");
    assertThat(decision.warnings()).hasSize(2);
  }

  @Test
  void w08AnUpdateTowardsAUsedRouteIsDenied() {
    store(WEATHER);
    RegistrationFacts before = registration("team-a/other", "team-a/r", "y_", "/v2");
    store(before);
    assertThat(update(before, registration("team-a/other", "team-a/r", "y_", "/mcp")).rule())
        .isEqualTo("Duplicate");
  }

  private void store(RegistrationFacts registration) {
    stored.put(registration.key(), registration);
  }

  private AdmissionDecision create(RegistrationFacts candidate) {
    return AdmissionDecider.decide(
        new AdmissionCase.Registration(
            Reviews.request(AdmissionRequest.Operation.CREATE, candidate.key()), null, candidate),
        new View(world(), List.of(), unseen));
  }

  private AdmissionDecision update(RegistrationFacts before, RegistrationFacts after) {
    return AdmissionDecider.decide(
        new AdmissionCase.Registration(
            Reviews.request(AdmissionRequest.Operation.UPDATE, after.key()), before, after),
        new View(world(), List.of(), unseen));
  }

  private World world() {
    return Reviews.world(extension("team-a/e", GW), gateway(GW), grant(GW, "team-a")).toBuilder()
        .registrations(stored)
        .routes(routes)
        .services(services)
        .credentials(credentials)
        .build();
  }

  private static RouteFacts route(String key, String gateway, boolean accepted) {
    var parents = List.of(new RouteFacts.Parent(key(gateway), null));
    return route(key, parents, accepted ? parents : List.of(), accepted ? List.of() : parents);
  }

  /** A route that nobody has looked at yet. */
  private static RouteFacts pending(String key) {
    return route(key, List.of(new RouteFacts.Parent(key(GW), null)), List.of(), List.of());
  }

  private static RouteFacts route(
      String key,
      List<RouteFacts.Parent> parents,
      List<RouteFacts.Parent> accepted,
      List<RouteFacts.Parent> refused) {
    return new RouteFacts(
        key(key),
        1,
        List.of("x.mcp.local"),
        parents,
        accepted,
        refused,
        List.of(),
        0,
        List.of(
            new RouteFacts.Rule(
                List.of(
                    new RouteFacts.Backend(
                        "", "Service", new ObjectKey(key(key).namespace(), "svc"), 8080)))));
  }

  private static RegistrationFacts registration(
      String key, String route, String prefix, String path) {
    return registration(key, route, prefix, path, null);
  }

  private static RegistrationFacts registration(
      String key,
      String route,
      String prefix,
      String path,
      RegistrationFacts.@Nullable Credential credential) {
    return new RegistrationFacts(
        key(key),
        "uid-" + key,
        Instant.parse("2026-01-01T00:00:00Z"),
        false,
        1,
        key(route),
        prefix,
        path,
        credential);
  }
}
