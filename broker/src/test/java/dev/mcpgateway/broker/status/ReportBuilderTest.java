package dev.mcpgateway.broker.status;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpgateway.broker.api.config.GatewayConfig;
import dev.mcpgateway.broker.api.config.ServerConfig;
import dev.mcpgateway.broker.api.push.BrokerReport;
import dev.mcpgateway.broker.api.push.PushCodec;
import dev.mcpgateway.broker.api.push.PushReply;
import dev.mcpgateway.broker.api.push.Sealer;
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
import java.util.Random;
import java.util.UUID;
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

  @Test
  void noReportIsLongerThanTheControllerReads() {
    String[] names =
        IntStream.range(0, 20).mapToObj(i -> "\\".repeat(120) + i).toArray(String[]::new);
    // As many servers as a configuration of 900 KiB can hold, and every one with much to say.
    for (int i = 0; i < 8_400; i++) {
      add(
          "team-%04d/server".formatted(i),
          new Up("2025-11-25", List.of("\u0001 ümläut ".repeat(200))),
          names);
    }
    BrokerReport report = build();
    assertThat(sealed(report)).hasSizeLessThanOrEqualTo(PushCodec.MAX_REPLY_BYTES);
    assertThat(report.serversOmitted()).isNull();
    assertThat(report.toolsServed()).isEqualTo(8_400 * 20);
    assertThat(report.servers())
        .hasSize(8_400)
        .allMatch(server -> server.toolCount() == 20)
        .allMatch(server -> server.message().startsWith("server added successfully"))
        .allMatch(server -> server.message().endsWith("…"));
  }

  @Test
  void serversThatDoNotFitAreCounted() {
    for (int i = 0; i < 15_000; i++) {
      add("team-%05d/%s".formatted(i, "s".repeat(200)), new Down("\"".repeat(200)));
    }
    BrokerReport report = build();
    assertThat(sealed(report)).hasSizeLessThanOrEqualTo(PushCodec.MAX_REPLY_BYTES);
    assertThat(report.servers()).hasSizeGreaterThan(7_000);
    assertThat(report.serversOmitted()).isEqualTo(15_000 - report.servers().size());
  }

  @Test
  void whateverTheLimitNothingExceedsIt() {
    Random random = new Random(20261122);
    for (int i = 0; i < 300; i++) {
      String[] tools =
          IntStream.range(0, random.nextInt(30))
              .mapToObj(n -> "\"\\".repeat(random.nextInt(60)) + n)
              .toArray(String[]::new);
      String words = "\u0007\"ä€😀".repeat(random.nextInt(80));
      add(
          "a/s%03d".formatted(i),
          random.nextBoolean() ? new Up("v", List.of(words)) : new Down(words),
          tools);
      conflicts.put("a/s%03d".formatted(i), List.of(tools).subList(0, tools.length / 2));
    }
    for (int limit = 17_000; limit < 1_500_000; limit = limit * 3 / 2) {
      assertThat(sealed(build(limit))).as("limit").hasSizeLessThanOrEqualTo(limit);
    }
  }

  /** The reply with the longest error there can be, as it goes over the wire. */
  private static byte[] sealed(BrokerReport report) {
    String error = JsonText.cut("\u0001".repeat(5_000), ReportBuilder.MAX_TEXT);
    return new Sealer(new byte[32])
        .sealReply(
            new UUID(1, 2),
            PushCodec.write(new PushReply(PushReply.Outcome.REFUSED, error, report)));
  }

  private BrokerReport build() {
    return build(PushCodec.MAX_REPLY_BYTES);
  }

  private BrokerReport build(int bytes) {
    return ReportBuilder.build(
        "r-1",
        new UpstreamSnapshot(new GatewayConfig(servers, List.of()), states, conflicts),
        CONFIG,
        NOW,
        bytes);
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
