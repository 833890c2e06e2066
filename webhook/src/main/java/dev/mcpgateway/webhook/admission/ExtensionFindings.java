package dev.mcpgateway.webhook.admission;

import static dev.mcpgateway.controller.api.conditions.ExtensionMessages.sentence;

import dev.mcpgateway.controller.api.ObjectKey;
import dev.mcpgateway.controller.api.conditions.ExtensionMessages;
import dev.mcpgateway.controller.api.conditions.GatewayMessages;
import dev.mcpgateway.controller.api.conditions.Sentence;
import dev.mcpgateway.controller.api.facts.ExtensionFacts;
import dev.mcpgateway.controller.api.rules.ExtensionRules;
import dev.mcpgateway.controller.api.rules.ExtensionRules.Standing;
import dev.mcpgateway.controller.api.rules.GatewayProblem;
import dev.mcpgateway.controller.api.rules.GatewayProblem.GatewayClassMissing;
import dev.mcpgateway.controller.api.rules.GatewayProblem.GatewayClassNotAccepted;
import dev.mcpgateway.controller.api.rules.GatewayProblem.NoUsableListener;
import dev.mcpgateway.controller.api.rules.GatewayRules;
import dev.mcpgateway.controller.api.rules.Verdict;
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
    Verdict verdict = ExtensionRules.judge(extension, Standing.NEWCOMER, world);
    return Stream.of(
            verdict.violations().stream().map(ExtensionFindings::finding),
            GatewayRules.problems(extension, world).stream().map(p -> finding(p, view)),
            routers(extension, verdict, view))
        .flatMap(findings -> findings)
        .toList();
  }

  /**
   * Routers that came while nobody held the Gateway (decision 15 keeps them out once somebody
   * does). Nothing is told about a Gateway that may not be referred to, or that is somebody else's.
   */
  private static Stream<Finding> routers(ExtensionFacts extension, Verdict verdict, View view) {
    ObjectKey gateway = extension.gateway();
    if (extension.deleting()
        || verdict.violations().stream()
            .anyMatch(v -> v instanceof NotPermitted || v instanceof GatewayTaken)) {
      return Stream.of();
    }
    var unseen = new Unseen.Routers(gateway);
    var found = new ForeignRouterPresent(gateway);
    boolean foreign =
        view.routers().stream()
            .filter(r -> !r.deleting() && r.gateways().contains(gateway))
            .anyMatch(r -> !r.instance().equals(extension.key().namespace()));
    return foreign || view.unseen().contains(unseen)
        ? Stream.of(Finding.warning(found, words(found), unseen, view))
        : Stream.of();
  }

  /** Another namespace's router is in the Gateway that the extension is about to hold. */
  record ForeignRouterPresent(ObjectKey gateway) {}

  private static Sentence words(ForeignRouterPresent found) {
    return new Sentence(
        "An EnvoyFilter in namespace %s leads the traffic of Gateway %s through the router of another namespace."
            .formatted(found.gateway().namespace(), found.gateway()),
        "Ask the owner of namespace %s to delete it; it has the label %s=%s."
            .formatted(
                found.gateway().namespace(),
                RouterFilterFacts.TARGET_LABEL,
                found.gateway().name()));
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
