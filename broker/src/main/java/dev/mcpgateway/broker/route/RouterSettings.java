package dev.mcpgateway.broker.route;

import java.util.List;

/**
 * What the router has to know of the gateway instance.
 *
 * @param hosts names of this gateway
 * @param clientAuthorization whether servers see the client's own token
 * @param allowedOrigins web origins besides the gateway's own
 */
public record RouterSettings(
    GatewayHosts hosts, ClientAuthorization clientAuthorization, List<String> allowedOrigins) {

  /** The safe choices. */
  public static RouterSettings of(GatewayHosts hosts) {
    return new RouterSettings(hosts, ClientAuthorization.STRIP, List.of());
  }
}
