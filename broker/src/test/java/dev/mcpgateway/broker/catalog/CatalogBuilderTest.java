package dev.mcpgateway.broker.catalog;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.mcpgateway.broker.api.config.GatewayConfig;
import dev.mcpgateway.broker.api.config.ServerConfig;
import dev.mcpgateway.broker.api.config.VirtualServerConfig;
import dev.mcpgateway.broker.catalog.CatalogBuilder.Built;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class CatalogBuilderTest {
  @Test
  void theServerWhoseNameSortsFirstHoldsAName() {
    GatewayConfig config = config(server("b/late"), server("a/early"));
    Built built =
        CatalogBuilder.build(
            1, config, Map.of("b/late", up("time", "slow"), "a/early", up("time", "echo")));
    assertThat(built.catalog().tools())
        .extracting(CatalogTool::servedName, tool -> tool.server().name())
        .containsExactly(
            tuple("echo", "a/early"), tuple("slow", "b/late"), tuple("time", "a/early"));
    assertThat(built.conflicts()).isEqualTo(Map.of("b/late", List.of("time")));
    assertThat(built.conflictCount()).isEqualTo(1);
  }

  @Test
  void theOrderInWhichServersAreReachedDoesNotMatter() {
    List<ServerConfig> servers = List.of(server("a/1"), server("a/2"), server("a/3"));
    Map<String, Offer> offers = new HashMap<>();
    offers.put("a/3", up("x", "y", "z"));
    offers.put("a/2", up("x", "y"));
    offers.put("a/1", up("x"));
    Catalog expected = CatalogBuilder.build(1, config(servers), offers).catalog();
    Random random = new Random(7);
    for (int i = 0; i < 20; i++) {
      List<ServerConfig> shuffled = new ArrayList<>(servers);
      Collections.shuffle(shuffled, random);
      Catalog built = CatalogBuilder.build(1, config(shuffled), offers).catalog();
      assertThat(built.sameContent(expected)).isTrue();
    }
  }

  @Test
  void twoPrefixesThatSpellTheSameNameConflictLikeEqualNames() {
    Built built =
        CatalogBuilder.build(
            1,
            config(server("a/1"), server("a/2")),
            Map.of("a/1", up("a_b_c"), "a/2", up("a_b_c")));
    assertThat(built.catalog().tools()).hasSize(1);
    assertThat(built.conflicts()).containsOnlyKeys("a/2");
  }

  @Test
  void aServerThatIsAwayServesNothingButKeepsItsNames() {
    Built built =
        CatalogBuilder.build(
            1,
            config(server("a/1"), server("a/2")),
            Map.of("a/1", new Offer(tools("time"), false), "a/2", up("time", "other")));
    assertThat(built.catalog().find("time")).isNull();
    assertThat(built.catalog().find("other")).isNotNull();
    assertThat(built.conflicts()).isEqualTo(Map.of("a/2", List.of("time")));
  }

  @Test
  void aDisabledServerNeitherServesNorReserves() {
    ServerConfig off = new ServerConfig("a/1", "http://x/mcp", "x", "", null, false);
    Built built =
        CatalogBuilder.build(
            1, config(off, server("a/2")), Map.of("a/1", up("time"), "a/2", up("time")));
    CatalogTool time = built.catalog().find("time");
    assertThat(time).isNotNull();
    assertThat(time.server().name()).isEqualTo("a/2");
    assertThat(built.conflicts()).isEmpty();
  }

  @Test
  void offersOfServersThatWereRemovedAreIgnored() {
    Built built = CatalogBuilder.build(1, config(server("a/1")), Map.of("a/gone", up("time")));
    assertThat(built.catalog().tools()).isEmpty();
  }

  @Test
  void callsFollowTheServersPresentConfigurationNotTheOneItsToolsWereReadWith() {
    ServerConfig moved = new ServerConfig("a/1", "http://new/mcp", "new.host", "", null, true);
    Built built = CatalogBuilder.build(1, config(moved), Map.of("a/1", up("time")));
    CatalogTool time = built.catalog().find("time");
    assertThat(time).isNotNull();
    assertThat(time.server()).isEqualTo(moved);
  }

  @Test
  void onlyWhatClientsCanListCountsAsAChange() {
    LiveCatalog live = new LiveCatalog();
    AtomicInteger changes = new AtomicInteger();
    live.onListChange(changes::incrementAndGet);
    GatewayConfig one = config(server("a/1"));
    live.publish(CatalogBuilder.build(1, one, Map.of("a/1", up("time"))).catalog());
    assertThat(changes).hasValue(1);
    live.publish(CatalogBuilder.build(2, one, Map.of("a/1", up("time"))).catalog());
    assertThat(changes).hasValue(1);
    GatewayConfig subset =
        new GatewayConfig(one.servers(), List.of(new VirtualServerConfig("a/v", List.of("time"))));
    live.publish(CatalogBuilder.build(3, subset, Map.of("a/1", up("time"))).catalog());
    assertThat(changes).hasValue(2);
    live.publish(CatalogBuilder.build(4, subset, Map.of("a/1", up("time", "new"))).catalog());
    assertThat(changes).hasValue(3);
    assertThat(live.get().generation()).isEqualTo(4);
  }

  private static GatewayConfig config(ServerConfig... servers) {
    return config(List.of(servers));
  }

  private static GatewayConfig config(List<ServerConfig> servers) {
    return new GatewayConfig(servers, List.of());
  }

  private static ServerConfig server(String name) {
    return new ServerConfig(name, "http://x/mcp", "x", "", null, true);
  }

  private static Offer up(String... names) {
    return new Offer(tools(names), true);
  }

  private static List<OfferedTool> tools(String... names) {
    return List.of(names).stream()
        .map(name ->
            new OfferedTool(
                name,
                name,
                ToolDefinition.of("{\"name\":\"%s\"}".formatted(name).getBytes(UTF_8)),
                ToolHints.NONE))
        .toList();
  }
}
