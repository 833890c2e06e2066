package dev.mcpgateway.broker.api.status;

import java.time.Instant;
import java.util.List;

/**
 * Body of {@code GET /status}.
 *
 * @param overallValid every server is ready; true when there are none
 * @param unHealthyServers spelled as the guide's tooling reads it
 * @param toolConflicts tools not served because another server holds their name
 */
public record BrokerStatus(
    List<ServerStatus> servers,
    boolean overallValid,
    int totalServers,
    int healthyServers,
    int unHealthyServers,
    int toolConflicts,
    Instant timestamp,
    ConfigStatus config) {

  /** Counts what the parts say. */
  public static BrokerStatus of(
      List<ServerStatus> servers, int toolConflicts, Instant timestamp, ConfigStatus config) {
    int healthy = (int) servers.stream().filter(ServerStatus::ready).count();
    return new BrokerStatus(
        List.copyOf(servers),
        healthy == servers.size(),
        servers.size(),
        healthy,
        servers.size() - healthy,
        toolConflicts,
        timestamp,
        config);
  }
}
