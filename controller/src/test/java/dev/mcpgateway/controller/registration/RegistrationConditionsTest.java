package dev.mcpgateway.controller.registration;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpgateway.broker.api.push.ServerReport;
import dev.mcpgateway.controller.api.ObjectKey;
import dev.mcpgateway.controller.api.conditions.Conditions.Wanted;
import dev.mcpgateway.controller.api.facts.RegistrationFacts;
import dev.mcpgateway.controller.api.model.RegistrationStatus;
import dev.mcpgateway.controller.api.rules.RegistrationRules.Resolution;
import dev.mcpgateway.controller.observe.Presence;
import dev.mcpgateway.controller.observe.Reach;
import dev.mcpgateway.controller.observe.RegistrationInputs;
import dev.mcpgateway.controller.observe.Rollout;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class RegistrationConditionsTest {
  private static final Rollout TWO = new Rollout(2, 2, null);

  @Test
  void aServerABrokerIsConnectedToIsReady() {
    RegistrationInputs inputs = inputs(new Reach(TWO, 2, up("a", "b"), null));
    assertThat(says(inputs, "Ready"))
        .isEqualTo("True Ready server added successfully. Total tools added 2");
    assertThat(says(inputs, "Programmed"))
        .isEqualTo("True Programmed 2/2 replicas at the current configuration.");
    assertThat(says(inputs, "BackendReachable"))
        .isEqualTo("True Connected Connected from 2/2 replicas; 2 tools; MCP 2025-11-25.");
    assertThat(says(inputs, "Conflicted")).startsWith("False NoConflict");
    assertThat(status(inputs))
        .isEqualTo(new RegistrationStatus(List.of(), 2, List.of("a", "b"), "2025-11-25"));
  }

  @Test
  void whatIsMissingForReadyIsTold() {
    assertThat(says(inputs(reach(Rollout.NOBODY, null)), "Ready"))
        .isEqualTo("False NotReady No broker replica of the MCP gateway is ready.");
    assertThat(says(inputs(reach(new Rollout(2, 0, null), null)), "Ready"))
        .isEqualTo(
            "False NotReady No broker replica of the MCP gateway has acknowledged the current configuration yet.");
    assertThat(
            says(
                inputs(reach(new Rollout(2, 0, new Rollout.Undelivered("p", "timed out")), null)),
                "Ready"))
        .isEqualTo(
            "False NotReady No broker replica of the MCP gateway has acknowledged the current configuration yet.");
    assertThat(says(inputs(reach(TWO, null)), "Ready"))
        .isEqualTo("False NotReady No broker replica of the MCP gateway reports the server yet.");
    assertThat(says(inputs(new Reach(TWO, 0, null, null, 17)), "Ready"))
        .startsWith(
            "False NotReady The brokers' report is too long to tell of the server: 17 servers are left out of it.");
    assertThat(says(inputs(reach(TWO, down("connection refused"))), "Ready"))
        .isEqualTo(
            "False NotReady No broker replica of the MCP gateway is connected to the server: not served: connection refused");
  }

  @Test
  void aServerThatIsDownHasNoToolsAndItsErrorIsTold() {
    RegistrationInputs inputs = inputs(reach(TWO, down("connection refused")));
    assertThat(says(inputs, "BackendReachable"))
        .isEqualTo("False NotConnected Connected from 0/2 replicas. connection refused");
    assertThat(status(inputs)).isEqualTo(new RegistrationStatus(List.of(), null, null, null));
  }

  @Test
  void everyInstanceNeedsABrokerThatIsConnected() {
    RegistrationInputs inputs =
        inputs(new Reach(TWO, 1, up("a"), null), reach(new Rollout(1, 0, null), down("timed out")));
    assertThat(says(inputs, "Ready"))
        .startsWith("False NotReady No broker replica of the MCP gateway is connected");
    assertThat(says(inputs, "Programmed"))
        .isEqualTo("False Pending 2/3 replicas at the current configuration.");
    assertThat(says(inputs, "BackendReachable"))
        .isEqualTo("False NotConnected Connected from 1/3 replicas. timed out");
  }

  @Test
  void oneReplicaThatIsNotConnectedIsToldWithItsError() {
    Rollout three = new Rollout(3, 3, null);
    RegistrationInputs inputs = inputs(new Reach(three, 1, up("a"), down("connection refused")));
    assertThat(says(inputs, "BackendReachable"))
        .isEqualTo("False PartlyConnected Connected from 1/3 replicas. connection refused");
    assertThat(says(inputs, "Ready")).startsWith("True");
    assertThat(status(inputs).discoveredTools()).isEqualTo(1);
  }

  @Test
  void replicasThatAreNotHeardOfAreNotConnectedUnlessTheyHaveJustBegun() {
    Rollout away = new Rollout(3, 1, new Rollout.Undelivered("broker-2", "timed out"));
    assertThat(says(inputs(new Reach(away, 1, up("a"), null)), "BackendReachable"))
        .isEqualTo(
            "False PartlyConnected Connected from 1/3 replicas. The others do not report the server, see Programmed.");
    Rollout begins = new Rollout(3, 1, null);
    assertThat(says(inputs(new Reach(begins, 1, up("a"), null)), "BackendReachable"))
        .isEqualTo("True Connected Connected from 1/3 replicas; 1 tools; MCP 2025-11-25.");
  }

  @Test
  void troubleOfAReplicaHasItsOwnReasonAndNoOtherTeamHearsMore() {
    Rollout refused = new Rollout(2, 1, new Rollout.Refused("broker-2", "unknown\nfield"));
    assertThat(says(inputs(reach(refused, up("a"))), "Programmed"))
        .isEqualTo("False ConfigRefused 1/2 replicas at the current configuration.");
    Rollout away = new Rollout(2, 1, new Rollout.Undelivered("broker-2", "timed out"));
    assertThat(says(inputs(reach(away, up("a"))), "Programmed"))
        .isEqualTo("False NotDelivered 1/2 replicas at the current configuration.");
  }

  @Test
  void toolsThatAreLostToAnotherServerAreNamed() {
    ServerReport report =
        new ServerReport(
            "team/s", true, false, "2025-11-25", 0, List.of(), List.of("b", "a"), "conflict", null);
    RegistrationInputs inputs = inputs(new Reach(TWO, 2, report, null));
    assertThat(says(inputs, "Conflicted"))
        .startsWith("True ToolNamesTaken Not served,")
        .endsWith(": a, b. Set spec.toolPrefix.");
    assertThat(says(inputs, "Ready")).isEqualTo("True Ready conflict");
  }

  @Test
  void moreToolsThanFitAreCutAndThatIsSaid() {
    String[] names =
        IntStream.range(0, 300).mapToObj("tool-%03d"::formatted).toArray(String[]::new);
    names[7] = "x".repeat(257);
    names[8] = "half a character \ud83d";
    RegistrationInputs inputs = inputs(new Reach(TWO, 2, up(names), null));
    RegistrationStatus status = status(inputs);
    assertThat(status.discoveredTools()).isEqualTo(300);
    assertThat(status.tools()).hasSize(256).doesNotContain(names[7], names[8]);
    assertThat(says(inputs, "BackendReachable"))
        .endsWith("300 tools; MCP 2025-11-25. status.tools holds the first 256 of them.");
  }

  @Test
  void othersWordsAreBoundedAndOnOneLine() {
    String endless = "line\r\n\u001b[31m\ud83d" + "🛠".repeat(500);
    assertThat(says(inputs(reach(TWO, down(endless))), "BackendReachable"))
        .hasSizeLessThan(700)
        .matches(s -> StandardCharsets.UTF_8.newEncoder().canEncode(s))
        .doesNotContain("\n")
        .doesNotContain("\u001b")
        .endsWith("…");
  }

  private static Reach reach(Rollout rollout, @Nullable ServerReport report) {
    boolean connected = report != null && report.connected();
    return new Reach(
        rollout,
        connected ? rollout.replicas() : 0,
        connected ? report : null,
        connected ? null : report);
  }

  private static ServerReport up(String... tools) {
    return new ServerReport(
        "team/s",
        true,
        true,
        "2025-11-25",
        tools.length,
        List.of(tools),
        List.of(),
        "server added successfully. Total tools added " + tools.length,
        null);
  }

  private static ServerReport down(String why) {
    return new ServerReport(
        "team/s", false, false, null, 0, List.of(), List.of(), "not served: " + why, why);
  }

  private static RegistrationInputs inputs(Reach... reaches) {
    return new RegistrationInputs(
        new RegistrationFacts(
            new ObjectKey("team", "s"),
            "uid",
            Instant.EPOCH,
            false,
            1,
            new ObjectKey("team", "r"),
            "",
            "/mcp",
            null),
        new Resolution.Served(
            List.of(new ObjectKey("team", "e")), "http://s/mcp", "s.example", null),
        Presence.STORED,
        List.of(),
        List.of(reaches));
  }

  private static RegistrationStatus status(RegistrationInputs inputs) {
    return RegistrationStatusBuilder.build(List.of(), inputs);
  }

  private static String says(RegistrationInputs inputs, String type) {
    return RegistrationConditions.wanted(inputs).stream()
        .filter(w -> w.type().equals(type))
        .map(RegistrationConditionsTest::text)
        .findFirst()
        .orElse("");
  }

  private static String text(Wanted wanted) {
    return "%s %s %s"
        .formatted(wanted.status() ? "True" : "False", wanted.reason(), wanted.message());
  }
}
