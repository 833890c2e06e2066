package dev.mcpgateway.controller.registration;

import dev.mcpgateway.controller.api.conditions.ConditionNames;
import dev.mcpgateway.controller.api.conditions.Conditions.Wanted;
import dev.mcpgateway.controller.api.conditions.RegistrationMessages;
import dev.mcpgateway.controller.api.rules.RegistrationRules.Resolution;
import dev.mcpgateway.controller.observe.ConfigSize;
import dev.mcpgateway.controller.observe.RegistrationInputs;
import java.util.List;

/** From a resolution to conditions. Pure. */
final class RegistrationConditions {
  private RegistrationConditions() {}

  static List<Wanted> wanted(RegistrationInputs inputs) {
    return List.of(ready(inputs));
  }

  private static Wanted ready(RegistrationInputs inputs) {
    return switch (inputs.resolution()) {
      case Resolution.NotServed(var problem) ->
          notReady(RegistrationMessages.sentence(problem).toString());
      case Resolution.Served s ->
          switch (inputs.presence()) {
            case STORED ->
                new Wanted(
                    ConditionNames.READY,
                    true,
                    ConditionNames.REGISTRATION_READY,
                    "In the configuration of the MCP gateway.");
            case PENDING ->
                notReady("The configuration of the MCP gateway has not been written yet.");
            case TOO_LARGE ->
                notReady(
                    "The configuration of the MCP gateway would exceed %d bytes. Remove registrations or virtual servers of that gateway."
                        .formatted(ConfigSize.LIMIT));
          };
    };
  }

  private static Wanted notReady(String message) {
    return new Wanted(ConditionNames.READY, false, ConditionNames.REGISTRATION_NOT_READY, message);
  }
}
