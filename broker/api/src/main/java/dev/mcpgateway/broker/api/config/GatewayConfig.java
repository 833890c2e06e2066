package dev.mcpgateway.broker.api.config;

import java.util.Comparator;
import java.util.List;

/**
 * Everything one gateway instance serves. Servers and virtual servers are unique by name and held
 * in the order of their names, so that equal content is equal and renders to equal bytes.
 */
public record GatewayConfig(List<ServerConfig> servers, List<VirtualServerConfig> virtualServers) {
  /** Serves nothing: the explicit withdrawal of a configuration. */
  public static final GatewayConfig EMPTY = new GatewayConfig(List.of(), List.of());

  public GatewayConfig {
    servers = servers.stream().sorted(Comparator.comparing(ServerConfig::name)).toList();
    virtualServers =
        virtualServers.stream().sorted(Comparator.comparing(VirtualServerConfig::name)).toList();
  }
}
