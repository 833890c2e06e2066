package dev.mcpgateway.broker.upstream;

import dev.mcpgateway.broker.api.config.GatewayConfig;
import java.util.List;
import java.util.Map;

/**
 * All servers at one moment.
 *
 * @param states by server name; disabled servers have none
 * @param conflicts by server name, the served names another server holds
 */
public record UpstreamSnapshot(
    GatewayConfig config, Map<String, UpstreamState> states, Map<String, List<String>> conflicts) {
  /** Before the first configuration. */
  public static final UpstreamSnapshot EMPTY =
      new UpstreamSnapshot(GatewayConfig.EMPTY, Map.of(), Map.of());

  public UpstreamSnapshot {
    states = Map.copyOf(states);
    conflicts = Map.copyOf(conflicts);
  }
}
