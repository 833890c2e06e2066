package dev.mcpgateway.webhook.admission;

import static dev.mcpgateway.controller.api.conditions.VirtualServerMessages.sentence;

import dev.mcpgateway.controller.api.facts.VirtualServerFacts;
import dev.mcpgateway.controller.api.rules.VirtualServerProblem;
import dev.mcpgateway.controller.api.rules.VirtualServerProblem.NoExtension;
import dev.mcpgateway.controller.api.rules.VirtualServerProblem.NotServed;
import dev.mcpgateway.controller.api.rules.VirtualServerProblem.UnknownTool;
import dev.mcpgateway.controller.api.rules.VirtualServerRules;
import dev.mcpgateway.controller.api.rules.World;
import java.util.List;

/** What there is to say about an MCPVirtualServer: never a reason to refuse it. */
final class VirtualServerFindings {
  private VirtualServerFindings() {}

  static List<Finding> of(VirtualServerFacts server, World world) {
    return VirtualServerRules.problems(server, world).stream()
        .map(VirtualServerFindings::finding)
        .toList();
  }

  private static Finding finding(VirtualServerProblem problem) {
    return switch (problem) {
      case NoExtension p -> Finding.warning(p, sentence(p));
      case NotServed p -> Finding.warning(p, sentence(p));
      case UnknownTool p -> Finding.warning(p, sentence(p));
    };
  }
}
