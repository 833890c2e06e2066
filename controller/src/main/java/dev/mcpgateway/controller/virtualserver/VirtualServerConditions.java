package dev.mcpgateway.controller.virtualserver;

import dev.mcpgateway.controller.api.conditions.ConditionNames;
import dev.mcpgateway.controller.api.conditions.Conditions.Wanted;
import dev.mcpgateway.controller.observe.ConfigSize;
import dev.mcpgateway.controller.observe.VirtualServerInputs;

/** From inputs to the condition of a virtual server. Pure. */
final class VirtualServerConditions {
  private VirtualServerConditions() {}

  static Wanted ready(VirtualServerInputs inputs) {
    String namespace = inputs.virtualServer().key().namespace();
    if (!inputs.served()) {
      return notReady(
          "Namespace %s has no MCPGatewayExtension that is Ready. Create one, or see why the present one is not."
              .formatted(namespace));
    }
    return switch (inputs.presence()) {
      case STORED ->
          new Wanted(
              ConditionNames.READY,
              true,
              ConditionNames.REGISTRATION_READY,
              "In the configuration of the MCP gateway.");
      case PENDING -> notReady("The configuration of the MCP gateway has not been written yet.");
      case TOO_LARGE ->
          notReady(
              "The configuration of the MCP gateway would exceed %d bytes. Remove registrations or virtual servers of that gateway."
                  .formatted(ConfigSize.LIMIT));
    };
  }

  private static Wanted notReady(String message) {
    return new Wanted(ConditionNames.READY, false, ConditionNames.REGISTRATION_NOT_READY, message);
  }
}
