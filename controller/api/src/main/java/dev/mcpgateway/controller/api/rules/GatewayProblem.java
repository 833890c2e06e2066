package dev.mcpgateway.controller.api.rules;

import dev.mcpgateway.controller.api.ObjectKey;

/** Why a Gateway that exists may serve nobody. */
public sealed interface GatewayProblem {
  /** No listener speaks HTTP or HTTPS. */
  record NoUsableListener(ObjectKey gateway) implements GatewayProblem {}

  record GatewayClassMissing(ObjectKey gateway, String gatewayClass) implements GatewayProblem {}

  /** No controller has accepted the class, so nobody makes proxies for its Gateways. */
  record GatewayClassNotAccepted(ObjectKey gateway, String gatewayClass)
      implements GatewayProblem {}
}
