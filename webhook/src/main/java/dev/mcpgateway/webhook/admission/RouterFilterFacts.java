package dev.mcpgateway.webhook.admission;

import dev.mcpgateway.controller.api.ObjectKey;
import org.jspecify.annotations.Nullable;

/**
 * An EnvoyFilter that brings an instance's router into a Gateway (decision 15).
 *
 * @param gateway whose proxies it selects, null when it selects none by the Gateway's name
 * @param instance the namespace whose router it is, empty when the label is not set
 */
record RouterFilterFacts(
    ObjectKey key, boolean deleting, @Nullable ObjectKey gateway, String instance) {
  /** Label with the namespace of the router, set by the chart. */
  static final String INSTANCE_LABEL = "mcp.kagenti.com/instance-namespace";

  /** Label with the name of the Gateway, set by the chart, so that its routers can be found. */
  static final String TARGET_LABEL = "mcp.kagenti.com/gateway";

  /** Label of a Gateway's pods (Gateway API, infrastructure labels). */
  static final String GATEWAY_LABEL = "gateway.networking.k8s.io/gateway-name";

  /**
   * From what an object says.
   *
   * @param gateway the label its workload selector wants; without one, or with an empty one, it
   *     selects no Gateway by name
   * @param instance the label it carries
   */
  static RouterFilterFacts of(
      ObjectKey key, boolean deleting, @Nullable String gateway, @Nullable String instance) {
    return new RouterFilterFacts(
        key,
        deleting,
        gateway == null || gateway.isEmpty() ? null : new ObjectKey(key.namespace(), gateway),
        instance == null ? "" : instance);
  }
}
