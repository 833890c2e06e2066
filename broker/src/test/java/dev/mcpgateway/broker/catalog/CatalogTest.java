package dev.mcpgateway.broker.catalog;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.mcpgateway.broker.api.config.GatewayConfig;
import dev.mcpgateway.broker.api.config.ServerConfig;
import dev.mcpgateway.broker.api.config.VirtualServerConfig;
import dev.mcpgateway.broker.catalog.ToolHints.Hint;
import java.util.List;
import org.junit.jupiter.api.Test;

class CatalogTest {
  private static final ServerConfig ON =
      new ServerConfig("team-a/on", "http://on/mcp", "on.mcp.local", "on_", null, true);
  private static final ServerConfig OFF =
      new ServerConfig("team-a/off", "http://off/mcp", "off.mcp.local", "", null, false);
  private static final VirtualServerConfig SUBSET =
      new VirtualServerConfig("team-a/subset", List.of("on_a"));
  private static final GatewayConfig CONFIG = new GatewayConfig(List.of(ON, OFF), List.of(SUBSET));

  @Test
  void toolsComeInTheOrderOfTheirServedNames() {
    Catalog catalog = Catalog.of(1, CONFIG, List.of(tool("b"), tool("a"), tool("C")));
    assertThat(catalog.tools())
        .extracting(CatalogTool::servedName)
        .containsExactly("on_C", "on_a", "on_b");
  }

  @Test
  void whatIsServedIsFoundByItsServedNameOnly() {
    Catalog catalog = Catalog.of(1, CONFIG, List.of(tool("a")));
    assertThat(catalog.find("on_a")).isEqualTo(tool("a"));
    assertThat(catalog.find("a")).isNull();
    assertThat(catalog.find("ON_A")).isNull();
  }

  @Test
  void aDisabledServerIsNotThere() {
    Catalog catalog = Catalog.of(1, CONFIG, List.of());
    assertThat(catalog.server("team-a/on")).isEqualTo(ON);
    assertThat(catalog.server("team-a/off")).isNull();
    assertThat(catalog.virtualServer("team-a/subset")).isEqualTo(SUBSET);
    assertThat(catalog.virtualServer("team-a/other")).isNull();
  }

  @Test
  void oneNameIsHeldByOneTool() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Catalog.of(1, CONFIG, List.of(tool("a"), tool("a"))));
  }

  @Test
  void equalContentIsRecognisedAcrossGenerations() {
    Catalog one = Catalog.of(1, CONFIG, List.of(tool("a")));
    assertThat(one.sameContent(Catalog.of(2, CONFIG, List.of(tool("a"))))).isTrue();
    assertThat(one.sameContent(Catalog.of(2, CONFIG, List.of(tool("b"))))).isFalse();
    assertThat(one.sameContent(Catalog.of(2, GatewayConfig.EMPTY, List.of(tool("a"))))).isFalse();
  }

  @Test
  void hintsAreWrittenAsTheGuideDescribesThem() {
    assertThat(
            new ToolHints(Hint.TRUE, Hint.UNSPECIFIED, Hint.of(false), Hint.UNSPECIFIED)
                .headerValue())
        .isEqualTo("readOnly=true,destructive=unspecified,idempotent=false,openWorld=unspecified");
  }

  private static CatalogTool tool(String name) {
    return new CatalogTool(
        "on_" + name,
        name,
        ON,
        ToolDefinition.of("{\"name\":\"on_%s\"}".formatted(name).getBytes(UTF_8)),
        ToolHints.NONE);
  }
}
