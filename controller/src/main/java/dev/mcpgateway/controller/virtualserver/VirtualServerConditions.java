package dev.mcpgateway.controller.virtualserver;

import dev.mcpgateway.controller.api.conditions.ConditionNames;
import dev.mcpgateway.controller.api.conditions.Conditions.Wanted;
import dev.mcpgateway.controller.api.conditions.VirtualServerMessages;
import dev.mcpgateway.controller.api.rules.VirtualServerProblem;
import dev.mcpgateway.controller.api.rules.VirtualServerProblem.NoExtension;
import dev.mcpgateway.controller.api.rules.VirtualServerProblem.NotServed;
import dev.mcpgateway.controller.observe.Selection;
import dev.mcpgateway.controller.observe.VirtualServerInputs;
import dev.mcpgateway.controller.status.Rollouts;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** From inputs to the conditions of a virtual server. Pure. */
final class VirtualServerConditions {
  private VirtualServerConditions() {}

  static List<Wanted> wanted(VirtualServerInputs inputs) {
    List<Wanted> wanted = new ArrayList<>();
    wanted.add(ready(inputs));
    resolvedRefs(inputs.selection()).ifPresent(wanted::add);
    return List.copyOf(wanted);
  }

  /** Nothing is said while it is not known what is served. */
  private static Optional<Wanted> resolvedRefs(@Nullable Selection selection) {
    if (selection == null) {
      return Optional.empty();
    }
    List<String> unknown = selection.unknown();
    if (unknown.isEmpty()) {
      return Optional.of(
          new Wanted(
              ConditionNames.RESOLVED_REFS,
              true,
              ConditionNames.RESOLVED_REFS,
              "Every tool of it is served."));
    }
    return Optional.of(
        new Wanted(
            ConditionNames.RESOLVED_REFS,
            false,
            "UnknownTools",
            "%d of %d tools are not served, see status.unknownTools. Compare with status.tools of the MCPServerRegistrations."
                .formatted(unknown.size(), unknown.size() + selection.resolved())));
  }

  private static Wanted ready(VirtualServerInputs inputs) {
    String namespace = inputs.virtualServer().key().namespace();
    if (!inputs.served()) {
      VirtualServerProblem problem =
          inputs.extension() ? new NotServed(namespace) : new NoExtension(namespace);
      return notReady(VirtualServerMessages.sentence(problem).toString());
    }
    return switch (inputs.presence()) {
      case STORED ->
          new Wanted(
              ConditionNames.READY,
              true,
              ConditionNames.REGISTRATION_READY,
              "In the configuration of the MCP gateway.");
      case PENDING -> notReady(Rollouts.PENDING);
      case TOO_LARGE -> notReady(Rollouts.TOO_LARGE);
    };
  }

  private static Wanted notReady(String message) {
    return new Wanted(ConditionNames.READY, false, ConditionNames.REGISTRATION_NOT_READY, message);
  }
}
