package dev.mcpgateway.broker.status;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpgateway.broker.api.config.GatewayConfig;
import dev.mcpgateway.broker.api.config.ServerConfig;
import dev.mcpgateway.broker.api.status.BrokerStatus;
import dev.mcpgateway.broker.api.status.ConfigStatus;
import dev.mcpgateway.broker.api.status.ServerStatus;
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
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class StatusBuilderTest {
  private static final Instant ASKED = Instant.parse("2026-11-22T10:00:00Z");
  private static final Instant NOW = ASKED.plusSeconds(9);
  private static final ConfigStatus CONFIG = new ConfigStatus(3, "abc", "file", ASKED, null);

  @Test
  void aServerThatAnswersIsReadyWithItsTools() {
    assertThat(one(new Up("2025-06-18", List.of()), List.of()))
        .isEqualTo(
            new ServerStatus(
                "a/s:p_:h",
                "a/s",
                ASKED,
                "server added successfully. Total tools added 2",
                true,
                2,
                "2025-06-18"));
  }

  @Test
  void notesFollowTheMessage() {
    assertThat(one(new Up("2025-06-18", List.of("x", "y")), List.of()).message())
        .isEqualTo("server added successfully. Total tools added 2; x; y");
  }

  @Test
  void aConflictMakesAServerUnready() {
    ServerStatus status = one(new Up("2025-06-18", List.of()), List.of("p_a"));
    assertThat(status.ready()).isFalse();
    assertThat(status.totalTools()).isEqualTo(1);
    assertThat(status.message())
        .isEqualTo("conflicting tools discovered. conflicting tool names [p_a]");
  }

  @Test
  void manyConflictsAreCutShort() {
    List<String> names = IntStream.range(0, 25).mapToObj(i -> "t" + i).toList();
    assertThat(one(new Up("2025-06-18", List.of()), names).message()).endsWith("t9 and 15 more]");
  }

  @Test
  void aServerThatDoesNotAnswerHasNoTools() {
    ServerStatus status = one(new Down("connection refused"), List.of());
    assertThat(status.message()).isEqualTo("not served: connection refused");
    assertThat(status.totalTools()).isZero();
    assertThat(status.ready()).isFalse();
    assertThat(status.protocolVersion()).isNull();
    assertThat(one(new Waiting(), List.of()).message()).isEqualTo("not asked yet");
  }

  @Test
  void theWholeCountsItsParts() {
    GatewayConfig config =
        new GatewayConfig(
            List.of(server("a/up", true), server("a/down", true), server("a/off", false)),
            List.of());
    UpstreamSnapshot snapshot =
        new UpstreamSnapshot(
            config,
            Map.of(
                "a/up", state("a/up", new Up("2025-11-25", List.of())),
                "a/down", state("a/down", new Down("x"))),
            Map.of("a/down", List.of("p_a", "p_b")));
    BrokerStatus status = StatusBuilder.build(snapshot, CONFIG, NOW);
    assertThat(status.totalServers()).isEqualTo(3);
    assertThat(status.healthyServers()).isEqualTo(1);
    assertThat(status.unHealthyServers()).isEqualTo(2);
    assertThat(status.toolConflicts()).isEqualTo(2);
    assertThat(status.overallValid()).isFalse();
    assertThat(status.config()).isEqualTo(CONFIG);
    assertThat(status.servers())
        .extracting(ServerStatus::name)
        .containsExactly("a/down", "a/off", "a/up");
    assertThat(status.servers().get(1).message()).isEqualTo("disabled");
  }

  private static ServerStatus one(Condition condition, List<String> conflicts) {
    UpstreamSnapshot snapshot =
        new UpstreamSnapshot(
            new GatewayConfig(List.of(server("a/s", true)), List.of()),
            Map.of("a/s", state("a/s", condition)),
            conflicts.isEmpty() ? Map.of() : Map.of("a/s", conflicts));
    return StatusBuilder.build(snapshot, CONFIG, NOW).servers().getFirst();
  }

  private static UpstreamState state(String name, Condition condition) {
    List<OfferedTool> tools =
        Stream.of("a", "b")
            .map(tool ->
                new OfferedTool(
                    "p_" + tool, tool, ToolDefinition.of("{}".getBytes(UTF_8)), ToolHints.NONE))
            .toList();
    return new UpstreamState(server(name, true), ASKED, condition, tools);
  }

  private static ServerConfig server(String name, boolean enabled) {
    return new ServerConfig(name, "http://x/mcp", "h", "p_", null, enabled);
  }
}
