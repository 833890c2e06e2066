package dev.mcpgateway.broker.api.config;

import java.util.List;

/**
 * A named subset of the gateway's tools.
 *
 * @param name {@code namespace/name} of the MCPVirtualServer, unique in a configuration
 * @param tools client-visible (prefixed) tool names
 */
public record VirtualServerConfig(String name, List<String> tools) {
  public VirtualServerConfig {
    tools = List.copyOf(tools);
  }
}
