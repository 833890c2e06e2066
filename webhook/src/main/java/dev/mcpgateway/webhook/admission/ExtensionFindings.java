package dev.mcpgateway.webhook.admission;

import static dev.mcpgateway.controller.api.conditions.ExtensionMessages.sentence;

import dev.mcpgateway.controller.api.conditions.ExtensionMessages;
import dev.mcpgateway.controller.api.conditions.GatewayMessages;
import dev.mcpgateway.controller.api.facts.ExtensionFacts;
import dev.mcpgateway.controller.api.rules.ExtensionRules;
import dev.mcpgateway.controller.api.rules.ExtensionRules.Standing;
import dev.mcpgateway.controller.api.rules.GatewayProblem;
import dev.mcpgateway.controller.api.rules.GatewayProblem.GatewayClassMissing;
import dev.mcpgateway.controller.api.rules.GatewayProblem.GatewayClassNotAccepted;
import dev.mcpgateway.controller.api.rules.GatewayProblem.NoUsableListener;
import dev.mcpgateway.controller.api.rules.GatewayRules;
import dev.mcpgateway.controller.api.rules.Violation;
import dev.mcpgateway.controller.api.rules.Violation.GatewayMissing;
import dev.mcpgateway.controller.api.rules.Violation.GatewayTaken;
import dev.mcpgateway.controller.api.rules.Violation.NamespaceTaken;
import dev.mcpgateway.controller.api.rules.Violation.NotPermitted;
import dev.mcpgateway.controller.api.rules.Violation.PredecessorTerminating;
import dev.mcpgateway.controller.api.rules.World;
import java.util.List;
import java.util.stream.Stream;

/** What there is to say about an MCPGatewayExtension. */
final class ExtensionFindings {
  private ExtensionFindings() {}

  static List<Finding> of(ExtensionFacts extension, View view) {
    World world = view.world();
    ReservedName reserved = ReservedName.SELF_TEST;
    if (extension.key().name().equals(reserved.name()) && !extension.deleting()) {
      return List.of(Finding.denial(reserved, reserved.sentence()));
    }
    // Both sides of an update are newcomers: compared with each other, what they share cancels out.
    return Stream.concat(
            ExtensionRules.judge(extension, Standing.NEWCOMER, world).violations().stream()
                .map(ExtensionFindings::finding),
            GatewayRules.problems(extension, world).stream().map(p -> finding(p, view)))
        .toList();
  }

  private static Finding finding(GatewayProblem problem, View view) {
    return switch (problem) {
      case NoUsableListener p -> Finding.warning(p, GatewayMessages.sentence(p));
      case GatewayClassMissing p ->
          Finding.warning(
              p, GatewayMessages.sentence(p), new Unseen.GatewayClass(p.gatewayClass()), view);
      case GatewayClassNotAccepted p -> Finding.warning(p, GatewayMessages.sentence(p));
    };
  }

  private static Finding finding(Violation violation) {
    return switch (violation) {
      case NamespaceTaken v -> Finding.denial(v, sentence(v));
      case GatewayTaken v -> Finding.denial(v, sentence(v));
      case PredecessorTerminating v -> Finding.warning(v, sentence(v));
      case NotPermitted v -> Finding.warning(v, sentence(v), ExtensionMessages.grantYaml(v));
      case GatewayMissing v -> Finding.warning(v, sentence(v));
    };
  }
}
