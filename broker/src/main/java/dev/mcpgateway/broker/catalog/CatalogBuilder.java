package dev.mcpgateway.broker.catalog;

import dev.mcpgateway.broker.api.config.GatewayConfig;
import dev.mcpgateway.broker.api.config.ServerConfig;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Decides which server holds a tool name. Pure: the servers are taken in the order of their names,
 * and a name belongs to the first that has it, so all replicas decide alike whatever the order in
 * which they reached the servers.
 */
public final class CatalogBuilder {
  private CatalogBuilder() {}

  /**
   * What comes of the offers.
   *
   * @param conflicts per server, in name order, the served names another server holds; servers
   *     without any are absent
   */
  public record Built(Catalog catalog, Map<String, List<String>> conflicts) {
    /** Number of tools that are not served because of a conflict. */
    public int conflictCount() {
      return conflicts.values().stream().mapToInt(List::size).sum();
    }
  }

  /**
   * Builds the next catalogue.
   *
   * @param offers by server name; servers that are not in the configuration or disabled in it are
   *     ignored, servers without an offer serve nothing
   */
  public static Built build(long generation, GatewayConfig config, Map<String, Offer> offers) {
    Map<String, String> holders = new HashMap<>();
    Map<String, List<String>> conflicts = new TreeMap<>();
    List<CatalogTool> tools = new ArrayList<>();
    for (ServerConfig server : config.servers()) {
      Offer offer =
          server.enabled() ? offers.getOrDefault(server.name(), Offer.NOTHING) : Offer.NOTHING;
      for (OfferedTool tool : offer.tools()) {
        if (holders.putIfAbsent(tool.servedName(), server.name()) != null) {
          conflicts
              .computeIfAbsent(server.name(), name -> new ArrayList<>())
              .add(tool.servedName());
        } else if (offer.serving()) {
          tools.add(served(tool, server));
        }
      }
    }
    return new Built(Catalog.of(generation, config, tools), conflicts);
  }

  private static CatalogTool served(OfferedTool tool, ServerConfig server) {
    return new CatalogTool(
        tool.servedName(), tool.originalName(), server, tool.definition(), tool.hints());
  }
}
