package dev.mcpgateway.broker.catalog;

import dev.mcpgateway.broker.api.config.GatewayConfig;
import dev.mcpgateway.broker.api.config.ServerConfig;
import dev.mcpgateway.broker.api.config.VirtualServerConfig;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Everything this gateway serves at one moment. Immutable: take the reference once per request, so
 * that one request sees one state.
 */
public final class Catalog {
  /** Serves nothing; what a broker starts with. */
  public static final Catalog EMPTY = Catalog.of(0, GatewayConfig.EMPTY, List.of());

  private final long generation;
  private final GatewayConfig config;
  private final List<CatalogTool> tools;
  private final Map<String, CatalogTool> byName;
  private final Map<String, ServerConfig> servers;
  private final Map<String, VirtualServerConfig> virtualServers;

  private Catalog(long generation, GatewayConfig config, List<CatalogTool> tools) {
    this.generation = generation;
    this.config = config;
    this.tools = tools.stream().sorted(Comparator.comparing(CatalogTool::servedName)).toList();
    Map<String, CatalogTool> names = HashMap.newHashMap(tools.size());
    tools.forEach(tool -> names.put(tool.servedName(), tool));
    if (names.size() != tools.size()) {
      throw new IllegalArgumentException("a served name occurs twice");
    }
    Map<String, ServerConfig> enabled = new HashMap<>();
    config.servers().stream()
        .filter(ServerConfig::enabled)
        .forEach(server -> enabled.put(server.name(), server));
    Map<String, VirtualServerConfig> virtual = new HashMap<>();
    config.virtualServers().forEach(server -> virtual.put(server.name(), server));
    this.byName = names;
    this.servers = enabled;
    this.virtualServers = virtual;
  }

  /**
   * A catalogue of these tools.
   *
   * @param generation larger than that of every earlier catalogue of this process
   * @throws IllegalArgumentException when two tools have the same served name
   */
  public static Catalog of(long generation, GatewayConfig config, List<CatalogTool> tools) {
    return new Catalog(generation, config, tools);
  }

  /** Number of this state; a later state has a larger one. */
  public long generation() {
    return generation;
  }

  /** The tools, in the order of their served names. */
  public List<CatalogTool> tools() {
    return tools;
  }

  /** The tool with this served name, or null when none is served. */
  public @Nullable CatalogTool find(String servedName) {
    return byName.get(servedName);
  }

  /** The enabled server registered as {@code namespace/name}, connected or not, or null. */
  public @Nullable ServerConfig server(String name) {
    return servers.get(name);
  }

  /** The virtual server {@code namespace/name}, or null. */
  public @Nullable VirtualServerConfig virtualServer(String name) {
    return virtualServers.get(name);
  }

  /** Whether every client lists the same tools from both, whatever virtual server it chose. */
  boolean sameLists(Catalog other) {
    return config.virtualServers().equals(other.config.virtualServers())
        && definitions().equals(other.definitions());
  }

  private List<ToolDefinition> definitions() {
    return tools.stream().map(CatalogTool::definition).toList();
  }

  /** Whether this one serves the same from the same configuration; the generation may differ. */
  public boolean sameContent(Catalog other) {
    return config.equals(other.config) && tools.equals(other.tools);
  }
}
