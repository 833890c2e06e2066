package dev.mcpgateway.controller.api.facts;

import dev.mcpgateway.controller.api.ObjectKey;
import java.util.List;

/**
 * A Gateway API Gateway.
 *
 * @param listeners names of its listeners for HTTP and HTTPS, in their order
 * @param routes whose HTTPRoutes those listeners may let in
 */
public record GatewayFacts(
    ObjectKey key, String gatewayClass, List<String> listeners, RouteSources routes) {
  public GatewayFacts {
    listeners = List.copyOf(listeners);
  }
}
