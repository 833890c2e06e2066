package dev.mcpgateway.controller.api.rules;

import dev.mcpgateway.controller.api.facts.ExtensionFacts;
import dev.mcpgateway.controller.api.facts.GatewayClassFacts;
import dev.mcpgateway.controller.api.facts.GatewayFacts;
import dev.mcpgateway.controller.api.rules.GatewayProblem.GatewayClassMissing;
import dev.mcpgateway.controller.api.rules.GatewayProblem.GatewayClassNotAccepted;
import dev.mcpgateway.controller.api.rules.GatewayProblem.NoUsableListener;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Whether a Gateway can serve at all; never asked about one that may not be referred to. */
public final class GatewayRules {
  private GatewayRules() {}

  /** What is wrong with the Gateway of an extension; nothing if it may not know. */
  public static List<GatewayProblem> problems(ExtensionFacts extension, World world) {
    return Stream.concat(
            listenerProblems(extension, world).stream(),
            seen(extension, world)
                .flatMap(g -> problem(g, world.gatewayClass(g.gatewayClass())))
                .stream())
        .toList();
  }

  /** The same for who does not watch GatewayClasses. */
  public static List<GatewayProblem> listenerProblems(ExtensionFacts extension, World world) {
    return seen(extension, world)
        .filter(gateway -> gateway.listeners().isEmpty())
        .map(gateway -> List.<GatewayProblem>of(new NoUsableListener(gateway.key())))
        .orElse(List.of());
  }

  private static Optional<GatewayFacts> seen(ExtensionFacts extension, World world) {
    return extension.deleting() || !Grants.permitted(extension, world)
        ? Optional.empty()
        : world.gateway(extension.gateway());
  }

  private static Optional<GatewayProblem> problem(
      GatewayFacts gateway, Optional<GatewayClassFacts> gatewayClass) {
    if (gatewayClass.isEmpty()) {
      return Optional.of(new GatewayClassMissing(gateway.key(), gateway.gatewayClass()));
    }
    return gatewayClass.get().accepted()
        ? Optional.empty()
        : Optional.of(new GatewayClassNotAccepted(gateway.key(), gateway.gatewayClass()));
  }
}
