package dev.mcpgateway.controller.observe;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpgateway.broker.api.config.ConfigVersions;
import dev.mcpgateway.broker.api.config.ServerConfig;
import dev.mcpgateway.broker.api.push.BrokerReport;
import dev.mcpgateway.broker.api.push.ServerReport;
import dev.mcpgateway.controller.delivery.ReplicaState;
import dev.mcpgateway.controller.secrets.StoredConfig;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class FleetTest {
  // printf 'servers: []\n' | sha256sum
  private static final String DOCUMENT = "servers: []\n";
  private static final String HASH =
      "e75e77bbe2ab49b73d40e797d7bff22ea2b47b6b3ef632446b85a1fd5235e19f";

  private static final ServerConfig CONFIG = server("team/s", "/mcp");
  private static final Server SERVER = new Server(CONFIG);

  private static final StoredConfig STORED = stored("14");

  @Test
  void aReplicaIsCurrentWithVersionAndHashAndNothingLess() {
    assertThat(STORED.hash()).isEqualTo(HASH);
    assertThat(rollout(report("a", 14, HASH))).isEqualTo(new Rollout(1, 1, null));
    assertThat(rollout(report("a", 13, HASH))).isEqualTo(new Rollout(1, 0, null));
    assertThat(rollout(report("a", 14, "other"))).isEqualTo(new Rollout(1, 0, null));
    assertThat(new Fleet(List.of(report("a", 14, HASH)), null).rollout().current()).isZero();
    assertThat(rollout()).isEqualTo(Rollout.NOBODY);
  }

  @Test
  void aReplicaIsAheadWhenItWouldNotTakeWhatIsStored() {
    assertThat(ahead(STORED)).isZero();
    assertThat(ahead(STORED, report("a", 14, HASH), report("b", 13, "old"))).isZero();
    assertThat(ahead(STORED, report("a", 14, "other"))).isEqualTo(14);
    assertThat(ahead(STORED, report("a", 15, HASH), report("b", 20, "x"), report("c", 1, "old")))
        .isEqualTo(20);
    assertThat(ahead(null, report("a", 14, HASH))).isEqualTo(14);
    assertThat(ahead(null, report("a", 0, ""))).isZero();
  }

  @Test
  void aVersionThatNoClockCanHaveMadeIsNone() {
    long limit = Instant.EPOCH.plus(ConfigVersions.MAX_AHEAD).toEpochMilli();
    assertThat(ahead(STORED, report("a", limit, "x"), report("b", limit + 1, "y")))
        .isEqualTo(limit);
    assertThat(stored(Long.toString(limit)).version()).isEqualTo(limit);
    assertThat(stored(Long.toString(limit + 1)).version()).isZero();
    assertThat(stored("999999999999999999").version()).isZero();
  }

  @Test
  void theFirstTroubleOfAReplicaThatIsNotCurrentIsTold() {
    ReplicaState away = new ReplicaState("b", "uid-b", null, "connection refused", false);
    assertThat(rollout(report("a", 14, HASH), away, refused("c")))
        .isEqualTo(new Rollout(3, 1, new Rollout.Undelivered("b", "connection refused")));
    assertThat(rollout(refused("c"), report("a", 14, HASH)))
        .isEqualTo(new Rollout(2, 1, new Rollout.Refused("c", "line 3: no such field")));
  }

  @Test
  void aReplicaThatHasNotBeenAskedYetIsExpectedToCatchUp() {
    assertThat(rollout(unheard("a")).catchingUp()).isTrue();
    assertThat(rollout(refused("a")).catchingUp()).isFalse();
    assertThat(rollout(report("a", 14, HASH)).catchingUp()).isFalse();
    assertThat(rollout().catchingUp()).isFalse();
  }

  @Test
  void whoHasNeitherReportedNorFailedIsAwaitedInEverythingThatIsToldOfItsInstance() {
    ReplicaState away = new ReplicaState("c", "uid-c", null, "connection refused", false);
    Fleet fleet = new Fleet(List.of(report("a", 14, HASH), unheard("b"), away), STORED);
    assertThat(fleet.rollout().unheard()).isEqualTo(1);
    assertThat(fleet.rollout().awaited()).isTrue();
    assertThat(fleet.reach(SERVER).rollout().awaited()).isTrue();
    assertThat(fleet.rollout().and(Rollout.NOBODY).awaited()).isTrue();
    assertThat(rollout(report("a", 14, HASH), away, refused("d")).awaited()).isFalse();
    assertThat(rollout().awaited()).isFalse();
  }

  @Test
  void aServerIsReachedWhenAnyReplicaIsConnectedWhateverElseItRuns() {
    ServerReport down = server("team/s", false);
    Fleet fleet =
        new Fleet(
            List.of(
                report("b", 13, "old", server("team/s", true, "s_a").about(CONFIG)),
                report("a", 14, HASH, down)),
            STORED);
    Reach reach = fleet.reach(SERVER);
    assertThat(reach.connected()).isEqualTo(1);
    assertThat(requireNonNull(reach.up()).tools()).containsExactly("s_a");
    assertThat(reach.down()).isEqualTo(down);
    assertThat(fleet.reach(new Server(server("team/other", "/mcp"))).up()).isNull();
    assertThat(fleet.toolsServed()).isEqualTo(1);
  }

  @Test
  void aServerHasArrivedWhereItIsWhateverElseIsStillOnItsWay() {
    ReplicaState same = report("b", 13, "old", server("team/s", true, "s_a").about(CONFIG));
    Fleet fleet = new Fleet(List.of(report("a", 14, HASH), same), STORED);
    assertThat(fleet.rollout()).isEqualTo(new Rollout(2, 1, null));
    assertThat(fleet.reach(SERVER).rollout()).isEqualTo(new Rollout(2, 2, null));
    Server changed = new Server(server("team/s", "/changed"));
    assertThat(fleet.reach(changed).rollout()).isEqualTo(new Rollout(2, 1, null));
    assertThat(new Fleet(List.of(same, refused("c")), STORED).reach(SERVER).rollout())
        .isEqualTo(new Rollout(2, 1, new Rollout.Refused("c", "line 3: no such field")));
  }

  @Test
  void whatIsSaidOfAServerAsItWasBeforeDoesNotCount() {
    ServerReport before = server("team/s", true, "s_a").about(server("team/s", "/before"));
    ServerReport silentAboutIt = server("team/s", true, "s_a");
    for (ReplicaState replica :
        List.of(
            report("a", 14, HASH, before),
            report("a", 13, "old", before),
            report("a", 13, "old", silentAboutIt))) {
      assertThat(new Fleet(List.of(replica), STORED).reach(SERVER))
          .extracting(Reach::connected, Reach::up, Reach::down)
          .containsExactly(0, null, null);
    }
    assertThat(new Fleet(List.of(report("a", 14, HASH, silentAboutIt)), STORED).reach(SERVER))
        .extracting(Reach::connected)
        .isEqualTo(1);
  }

  @Test
  void theLastReportOfAReplicaThatHasBeenSilentForLongCountsForNothing() {
    ReplicaState heard = report("a", 14, HASH, server("team/s", true, "s_a").about(CONFIG));
    ReplicaState silent =
        new ReplicaState("a", "uid-a", heard.report(), "connection refused", true);
    Fleet fleet = new Fleet(List.of(silent), STORED);
    assertThat(fleet.rollout())
        .isEqualTo(new Rollout(1, 0, new Rollout.Undelivered("a", "connection refused")));
    assertThat(fleet.reach(SERVER).connected()).isZero();
    assertThat(fleet.toolsServed()).isNull();
    assertThat(fleet.select(List.of("s_a"))).isNull();
    ReplicaState fails =
        new ReplicaState("a", "uid-a", heard.report(), "connection refused", false);
    assertThat(new Fleet(List.of(fails), STORED).reach(SERVER).connected()).isEqualTo(1);
  }

  @Test
  void aSelectionIsJudgedByTheToolsOfAllServers() {
    Fleet fleet =
        new Fleet(
            List.of(
                report("a", 14, HASH, server("team/s", true, "s_a"), server("team/t", true, "t"))),
            STORED);
    assertThat(fleet.select(List.of("t", "s_a", "x", "x")))
        .isEqualTo(new Selection(2, List.of("x")));
    assertThat(new Fleet(List.of(), STORED).select(List.of("t"))).isNull();
  }

  @Test
  void nothingIsCalledUnknownWhileNotEveryNameWasReported() {
    ServerReport cut =
        new ServerReport(
            "team/s", true, true, "2025-11-25", 2, List.of("s_a"), List.of(), "ok", null);
    assertThat(new Fleet(List.of(report("a", 14, HASH, cut)), STORED).select(List.of("x")))
        .isNull();
  }

  @Test
  void serversThatWereLeftOutAreNeitherReachedNorCalledUnknown() {
    BrokerReport cut =
        new BrokerReport(
            "r1", 14, HASH, null, List.of(server("team/s", true, "s")), 1, 5, Instant.EPOCH);
    Fleet fleet = new Fleet(List.of(new ReplicaState("a", "uid-a", cut, null, false)), STORED);
    assertThat(fleet.reach(SERVER).omitted()).isEqualTo(5);
    assertThat(fleet.select(List.of("t_a"))).isNull();
  }

  private static ReplicaState unheard(String pod) {
    return new ReplicaState(pod, "uid-" + pod, null, null, false);
  }

  private static StoredConfig stored(String version) {
    return StoredConfig.of(
        new SecretBuilder()
            .withNewMetadata()
            .withNamespace("team")
            .withName("mcp-gateway-config")
            .endMetadata()
            .withData(Map.of("config.yaml", base64(DOCUMENT), "version", base64(version)))
            .build(),
        Instant.EPOCH);
  }

  private static long ahead(@Nullable StoredConfig stored, ReplicaState... replicas) {
    return new Fleet(List.of(replicas), stored).ahead(Instant.EPOCH);
  }

  private static ServerConfig server(String name, String path) {
    return new ServerConfig(name, "http://s" + path, "s.mcp.local", "s_", null, true);
  }

  private static Rollout rollout(ReplicaState... replicas) {
    return new Fleet(List.of(replicas), STORED).rollout();
  }

  private static ReplicaState report(
      String pod, long version, String hash, ServerReport... servers) {
    return state(pod, version, hash, null, servers);
  }

  private static ReplicaState refused(String pod) {
    return state(pod, 13, "old", "line 3: no such field");
  }

  private static ReplicaState state(
      String pod,
      long version,
      String hash,
      @Nullable String configError,
      ServerReport... servers) {
    int tools = List.of(servers).stream().mapToInt(ServerReport::toolCount).sum();
    return new ReplicaState(
        pod,
        "uid-" + pod,
        new BrokerReport("r1", version, hash, configError, List.of(servers), tools, Instant.EPOCH),
        null,
        false);
  }

  private static ServerReport server(String name, boolean connected, String... tools) {
    return new ServerReport(
        name,
        connected,
        connected,
        connected ? "2025-11-25" : null,
        tools.length,
        List.of(tools),
        List.of(),
        connected ? "server added successfully" : "not served: connection refused",
        connected ? null : "connection refused");
  }

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }
}
