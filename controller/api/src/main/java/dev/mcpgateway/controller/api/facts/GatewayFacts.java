package dev.mcpgateway.controller.api.facts;

import dev.mcpgateway.controller.api.ObjectKey;
import java.util.List;

/**
 * A Gateway API Gateway.
 *
 * @param listeners names of its listeners for HTTP and HTTPS, in their order
 */
public record GatewayFacts(ObjectKey key, String gatewayClass, List<String> listeners) {
  public GatewayFacts {
    listeners = List.copyOf(listeners);
  }
}
