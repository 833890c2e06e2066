package dev.mcpgateway.broker.status;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpgateway.broker.api.config.GatewayConfig;
import dev.mcpgateway.broker.api.config.ServerConfig;
import dev.mcpgateway.broker.api.push.BrokerReport;
import dev.mcpgateway.broker.api.push.ServerReport;
import dev.mcpgateway.broker.api.status.ConfigStatus;
import dev.mcpgateway.broker.catalog.OfferedTool;
import dev.mcpgateway.broker.catalog.ToolDefinition;
import dev.mcpgateway.broker.catalog.ToolHints;
import dev.mcpgateway.broker.upstream.UpstreamSnapshot;
import dev.mcpgateway.broker.upstream.UpstreamState;
import dev.mcpgateway.broker.upstream.UpstreamState.Condition;
import dev.mcpgateway.broker.upstream.UpstreamState.Condition.Down;
import dev.mcpgateway.broker.upstream.UpstreamState.Condition.Up;
import dev.mcpgateway.broker.upstream.UpstreamState.Condition.Waiting;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ReportBuilderTest {
  private static final Instant NOW = Instant.parse("2026-11-22T10:00:00Z");
  private static final ConfigStatus CONFIG = new ConfigStatus(3, "abc", "file", NOW, "broken");
  private static final Up UP = new Up("2025-11-25", List.of());

  private final List<ServerConfig> servers = new ArrayList<>();
  private final Map<String, UpstreamState> states = new HashMap<>();
  private final Map<String, List<String>> conflicts = new HashMap<>();

  @Test
  void configurationAndTimeAreReported() {
    assertThat(build()).isEqualTo(new BrokerReport("r-1", 3, "abc", "broken", List.of(), 0, NOW));
  }

  @Test
  void aConnectedServerIsReportedWithItsToolsInOrder() {
    add("a/s", UP, "p_b", "p_c", "p_a");
    conflicts.put("a/s", List.of("p_c"));
    assertThat(build().servers())
        .containsExactly(
            new ServerReport(
                "a/s",
                true,
                false,
                "2025-11-25",
                2,
                List.of("p_a", "p_b"),
                List.of("p_c"),
                "conflicting tools discovered. conflicting tool names [p_c]",
                null,
                servers.getFirst().fingerprint()));
    assertThat(build().toolsServed()).isEqualTo(2);
  }

  @Test
  void aServerThatIsAwayOffersNothingAndSaysWhy() {
    add("a/down", new Down("connection refused"), "p_a");
    add("a/new", new Waiting());
    servers.add(new ServerConfig("a/off", "http://x/mcp", "h", "", null, false));
    assertThat(build().servers())
        .containsExactly(
            away("a/down", "not served: connection refused", "connection refused"),
            away("a/new", "not asked yet", null),
            away("a/off", "disabled", null));
  }

  @Test
  void neitherAServerNorAllTogetherMakeTheReportTooLong() {
    for (int i = 0; i < 25; i++) {
      String[] tools =
          IntStream.range(0, 1_200).mapToObj("p_%04d"::formatted).toArray(String[]::new);
      add("a/s%02d".formatted(i), UP, tools);
    }
    List<ServerReport> reported = build().servers();
    assertThat(reported.getFirst().tools()).hasSize(ServerReport.MAX_TOOLS);
    assertThat(reported.getLast().tools()).isEmpty();
    assertThat(reported).allMatch(server -> server.toolCount() == 1_200);
    assertThat(reported.stream().mapToInt(server -> server.tools().size()).sum())
        .isEqualTo(ReportBuilder.MAX_NAMES);
  }

  private BrokerReport build() {
    return ReportBuilder.build(
        "r-1",
        new UpstreamSnapshot(new GatewayConfig(servers, List.of()), states, conflicts),
        CONFIG,
        NOW);
  }

  private void add(String name, Condition condition, String... tools) {
    ServerConfig server = new ServerConfig(name, "http://x/mcp", "h", "p_", null, true);
    servers.add(server);
    List<OfferedTool> offered =
        List.of(tools).stream()
            .map(tool ->
                new OfferedTool(
                    tool, tool, ToolDefinition.of("{}".getBytes(UTF_8)), ToolHints.NONE))
            .toList();
    states.put(name, new UpstreamState(server, NOW, condition, offered));
  }

  private ServerReport away(String name, String message, @Nullable String lastError) {
    ServerConfig config =
        servers.stream().filter(server -> server.name().equals(name)).findFirst().orElseThrow();
    return new ServerReport(name, false, false, null, 0, List.of(), List.of(), message, lastError)
        .about(config);
  }
}
