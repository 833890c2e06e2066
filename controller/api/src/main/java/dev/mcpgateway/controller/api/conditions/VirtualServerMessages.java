package dev.mcpgateway.controller.api.conditions;

import dev.mcpgateway.controller.api.rules.VirtualServerProblem;
import dev.mcpgateway.controller.api.rules.VirtualServerProblem.NoExtension;
import dev.mcpgateway.controller.api.rules.VirtualServerProblem.NotServed;
import dev.mcpgateway.controller.api.rules.VirtualServerProblem.UnknownTool;

/**
 * The words for each problem of a virtual server, the same in the webhook's warnings and in
 * conditions.
 */
public final class VirtualServerMessages {
  private VirtualServerMessages() {}

  /** What is wrong and what to do. */
  public static Sentence sentence(VirtualServerProblem problem) {
    return switch (problem) {
      case NoExtension p ->
          new Sentence(
              "Namespace %s has no MCPGatewayExtension, so no gateway serves this virtual server."
                  .formatted(p.namespace()),
              "Create it in the namespace of the gateway.");
      case NotServed p ->
          new Sentence(
              "The MCPGatewayExtension of namespace %s does not hold its Gateway, so no gateway serves this virtual server."
                  .formatted(p.namespace()),
              "See its condition Accepted.");
      case UnknownTool p ->
          new Sentence(
              "No server on Gateway %s offers the tool %s.".formatted(p.gateway(), p.tool()),
              p.nearest() == null
                  ? "Compare with status.tools of the MCPServerRegistrations."
                  : "Did you mean %s?".formatted(p.nearest()));
    };
  }
}
