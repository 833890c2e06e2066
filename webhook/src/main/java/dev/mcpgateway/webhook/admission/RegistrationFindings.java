package dev.mcpgateway.webhook.admission;

import static dev.mcpgateway.controller.api.conditions.RegistrationMessages.sentence;

import dev.mcpgateway.controller.api.facts.RegistrationFacts;
import dev.mcpgateway.controller.api.rules.ExtensionRules.Standing;
import dev.mcpgateway.controller.api.rules.RegistrationConflict;
import dev.mcpgateway.controller.api.rules.RegistrationConflict.Duplicate;
import dev.mcpgateway.controller.api.rules.RegistrationConflict.PrefixOverlaps;
import dev.mcpgateway.controller.api.rules.RegistrationConflict.PrefixTaken;
import dev.mcpgateway.controller.api.rules.RegistrationConflictRules;
import dev.mcpgateway.controller.api.rules.RegistrationProblem;
import dev.mcpgateway.controller.api.rules.RegistrationProblem.AddressInvalid;
import dev.mcpgateway.controller.api.rules.RegistrationProblem.BackendMissing;
import dev.mcpgateway.controller.api.rules.RegistrationProblem.BackendNotPermitted;
import dev.mcpgateway.controller.api.rules.RegistrationProblem.BackendUnsupported;
import dev.mcpgateway.controller.api.rules.RegistrationProblem.CredentialKeyMissing;
import dev.mcpgateway.controller.api.rules.RegistrationProblem.CredentialMissing;
import dev.mcpgateway.controller.api.rules.RegistrationProblem.CredentialTooLarge;
import dev.mcpgateway.controller.api.rules.RegistrationProblem.CredentialUnusable;
import dev.mcpgateway.controller.api.rules.RegistrationProblem.NoAcceptedGateway;
import dev.mcpgateway.controller.api.rules.RegistrationProblem.NoValidExtension;
import dev.mcpgateway.controller.api.rules.RegistrationProblem.RouteElsewhere;
import dev.mcpgateway.controller.api.rules.RegistrationProblem.RouteMissing;
import dev.mcpgateway.controller.api.rules.RegistrationProblem.RouteUnusable;
import dev.mcpgateway.controller.api.rules.RegistrationRules;
import dev.mcpgateway.controller.api.rules.World;
import java.util.List;
import java.util.stream.Stream;

/** What there is to say about an MCPServerRegistration. */
final class RegistrationFindings {
  private RegistrationFindings() {}

  static List<Finding> of(RegistrationFacts registration, View view) {
    if (registration.deleting()) {
      return List.of();
    }
    World world = view.world();
    return Stream.concat(
            RegistrationConflictRules.judge(registration, Standing.NEWCOMER, world).stream()
                .map(RegistrationFindings::finding),
            RegistrationRules.problems(registration, world).stream().map(p -> finding(p, view)))
        .toList();
  }

  /**
   * What there was to say about the stored object, with what was left unsaid: the one it duplicates
   * may have its prefix too. Without that, the way out of a duplicate would be a new violation.
   */
  static List<Finding> before(RegistrationFacts registration, View view) {
    List<Finding> told = of(registration, view);
    Stream<Finding> unsaid =
        told.stream()
            .map(Finding::what)
            .flatMap(what -> what instanceof Duplicate d ? Stream.of(d.holder()) : Stream.empty())
            .flatMap(holder ->
                RegistrationConflictRules.gateways(registration, view.world()).stream()
                    .map(g -> new PrefixTaken(registration.toolPrefix(), g, holder)))
            .map(RegistrationFindings::finding);
    return Stream.concat(told.stream(), unsaid).toList();
  }

  private static Finding finding(RegistrationConflict conflict) {
    return switch (conflict) {
      case Duplicate c -> Finding.denial(c, sentence(c));
      case PrefixTaken c -> Finding.denial(c, sentence(c));
      case PrefixOverlaps c -> Finding.warning(c, sentence(c));
    };
  }

  private static Finding finding(RegistrationProblem problem, View view) {
    return switch (problem) {
      case RouteElsewhere p -> Finding.denial(p, sentence(p));
      case RouteMissing p -> Finding.warning(p, sentence(p));
      case NoAcceptedGateway p -> Finding.warning(p, sentence(p));
      case NoValidExtension p -> Finding.warning(p, sentence(p));
      case RouteUnusable p -> Finding.warning(p, sentence(p));
      case BackendMissing p ->
          Finding.warning(p, sentence(p), new Unseen.Service(p.service()), view);
      case BackendNotPermitted p -> Finding.warning(p, sentence(p));
      case BackendUnsupported p -> Finding.warning(p, sentence(p));
      case CredentialMissing p ->
          Finding.warning(p, sentence(p), new Unseen.Credential(p.secret()), view);
      case CredentialKeyMissing p -> Finding.warning(p, sentence(p));
      case CredentialTooLarge p -> Finding.warning(p, sentence(p));
      case CredentialUnusable p -> Finding.warning(p, sentence(p));
      case AddressInvalid p -> Finding.warning(p, sentence(p));
    };
  }
}
