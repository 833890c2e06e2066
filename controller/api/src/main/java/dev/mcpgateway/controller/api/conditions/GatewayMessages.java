package dev.mcpgateway.controller.api.conditions;

import dev.mcpgateway.controller.api.rules.GatewayProblem;
import dev.mcpgateway.controller.api.rules.GatewayProblem.GatewayClassMissing;
import dev.mcpgateway.controller.api.rules.GatewayProblem.GatewayClassNotAccepted;
import dev.mcpgateway.controller.api.rules.GatewayProblem.NoUsableListener;

/** The words for each problem of a Gateway. */
public final class GatewayMessages {
  private GatewayMessages() {}

  /** What is wrong and what to do. */
  public static Sentence sentence(GatewayProblem problem) {
    return switch (problem) {
      case NoUsableListener p ->
          new Sentence(
              "Gateway %s has no listener for HTTP or HTTPS.".formatted(p.gateway()),
              "Add one for the MCP traffic.");
      case GatewayClassMissing p ->
          new Sentence(
              "GatewayClass %s of Gateway %s does not exist."
                  .formatted(p.gatewayClass(), p.gateway()),
              "Install its controller, or correct spec.gatewayClassName of the Gateway.");
      case GatewayClassNotAccepted p ->
          new Sentence(
              "GatewayClass %s of Gateway %s has not been accepted by its controller."
                  .formatted(p.gatewayClass(), p.gateway()),
              "See status.conditions of the GatewayClass.");
    };
  }
}
