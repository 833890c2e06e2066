package dev.mcpgateway.controller.delivery;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpgateway.broker.api.config.ConfigCodec;
import dev.mcpgateway.broker.api.config.GatewayConfig;
import dev.mcpgateway.broker.api.config.ServerConfig;
import dev.mcpgateway.broker.api.push.BrokerReport;
import dev.mcpgateway.broker.api.push.ServerReport;
import dev.mcpgateway.controller.secrets.StoredConfig;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import java.net.URI;
import java.time.Instant;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ReportKeeperTest {
  private static final Wanted NOTHING = new Wanted(null, "1");

  private Wanted wanted = wanted("n/a");
  private final ReportBudget budget = new ReportBudget();
  private final LastState state =
      new LastState(
          new Replica("n", "pod", "uid", "1", URI.create("http://127.0.0.1:1/push")), () -> {});
  private final ReportKeeper keeper = new ReportKeeper(() -> wanted, state, budget.join("n"));

  @Test
  void aReportThatWasCutDownIsOutdatedOnceSomethingElseIsStored() {
    assertThat(kept("n/a", "n/b")).containsExactly("n/a");
    assertThat(keeper.outdatedBy(wanted)).isFalse();
    assertThat(keeper.outdated()).isFalse();
    wanted = wanted("n/a", "n/b");
    assertThat(keeper.outdatedBy(wanted)).isTrue();
    assertThat(keeper.outdatedBy(wanted)).isFalse();
    assertThat(keeper.outdated()).isTrue();
    assertThat(kept("n/a", "n/b")).containsExactly("n/a", "n/b");
    assertThat(keeper.outdated()).isFalse();
    assertThat(keeper.outdatedBy(wanted("n/a", "n/b", "n/c"))).isFalse();
  }

  @Test
  void whileNothingIsStoredWhatWasKeptBeforeIsKept() {
    assertThat(kept("n/a")).containsExactly("n/a");
    wanted = NOTHING;
    assertThat(keeper.outdatedBy(wanted)).isFalse();
    assertThat(kept("n/a", "n/b")).containsExactly("n/a");
    wanted = wanted("n/a", "n/b");
    assertThat(keeper.outdatedBy(wanted)).isTrue();
  }

  @Test
  void aReportThatComesToNothingLeavesTheRoomOfTheOneBefore() {
    kept("n/a");
    try (ReportBudget.Share most = budget.join("most");
        ReportBudget.Share other = budget.join("other")) {
      most.hold(ReportBudget.ALL);
      int before = other.room();
      keeper.keep(report(Collections.nCopies(ReportBudget.FLOOR / 32, "tool"), "n/a"));
      assertThat(other.room()).isLessThan(before);
      keeper.rejected();
      assertThat(other.room()).isEqualTo(before);
    }
  }

  private List<String> kept(String... servers) {
    BrokerReport kept = keeper.keep(report(List.of("tool"), servers));
    state.become(kept, null, false);
    keeper.accepted();
    return kept.servers().stream().map(ServerReport::name).toList();
  }

  private static BrokerReport report(List<String> tools, String... servers) {
    return new BrokerReport(
        "r",
        1,
        "hash",
        null,
        Stream.of(servers)
            .map(name ->
                new ServerReport(
                    name, true, true, null, tools.size(), tools, List.of(), "fine", null))
            .toList(),
        servers.length,
        Instant.EPOCH);
  }

  private static Wanted wanted(String... servers) {
    byte[] document =
        ConfigCodec.write(
            new GatewayConfig(
                Stream.of(servers)
                    .map(s -> new ServerConfig(s, "http://h:1/mcp", "h", "", null, true))
                    .toList(),
                List.of()));
    return new Wanted(
        StoredConfig.of(
            new SecretBuilder()
                .withNewMetadata()
                .withNamespace("n")
                .withName("any")
                .endMetadata()
                .withData(
                    Map.of("config.yaml", base64(document), "version", base64("1".getBytes(UTF_8))))
                .build(),
            Instant.EPOCH),
        "1");
  }

  private static String base64(byte[] bytes) {
    return Base64.getEncoder().encodeToString(bytes);
  }
}
