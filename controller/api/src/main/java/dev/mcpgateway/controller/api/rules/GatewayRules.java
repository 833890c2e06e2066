package dev.mcpgateway.controller.api.rules;

import dev.mcpgateway.controller.api.facts.ExtensionFacts;
import dev.mcpgateway.controller.api.facts.GatewayClassFacts;
import dev.mcpgateway.controller.api.facts.GatewayFacts;
import dev.mcpgateway.controller.api.rules.GatewayProblem.GatewayClassMissing;
import dev.mcpgateway.controller.api.rules.GatewayProblem.GatewayClassNotAccepted;
import dev.mcpgateway.controller.api.rules.GatewayProblem.NoUsableListener;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Whether a Gateway can serve at all; never asked about one that may not be referred to. */
public final class GatewayRules {
  private GatewayRules() {}

  /** What is wrong with the Gateway of an extension; nothing if it may not know. */
  public static List<GatewayProblem> problems(ExtensionFacts extension, World world) {
    if (extension.deleting() || !Grants.permitted(extension, world)) {
      return List.of();
    }
    return world
        .gateway(extension.gateway())
        .map(gateway -> problems(gateway, world.gatewayClass(gateway.gatewayClass())))
        .orElse(List.of());
  }

  private static List<GatewayProblem> problems(
      GatewayFacts gateway, Optional<GatewayClassFacts> gatewayClass) {
    List<GatewayProblem> problems = new ArrayList<>();
    if (gateway.listeners().isEmpty()) {
      problems.add(new NoUsableListener(gateway.key()));
    }
    if (gatewayClass.isEmpty()) {
      problems.add(new GatewayClassMissing(gateway.key(), gateway.gatewayClass()));
    } else if (!gatewayClass.get().accepted()) {
      problems.add(new GatewayClassNotAccepted(gateway.key(), gateway.gatewayClass()));
    }
    return List.copyOf(problems);
  }
}
