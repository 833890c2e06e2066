package dev.mcpgateway.webhook.admission;

import static dev.mcpgateway.controller.api.conditions.RegistrationMessages.sentence;

import dev.mcpgateway.controller.api.ObjectKey;
import dev.mcpgateway.controller.api.conditions.Sentence;
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
    List<RegistrationConflict> conflicts =
        RegistrationConflictRules.judge(registration, Standing.NEWCOMER, world);
    return Stream.of(
            conflicts.stream().map(RegistrationFindings::finding),
            RegistrationRules.problems(registration, world).stream().map(p -> finding(p, view)),
            unchecked(registration, conflicts, world))
        .flatMap(found -> found)
        .toList();
  }

  /**
   * What there was to say about the stored object, with what was left unsaid: the one it duplicates
   * may have its prefix too. Without that, the way out of a duplicate would be a new violation.
   */
  static List<Finding> before(RegistrationFacts registration, View view) {
    return Stream.concat(
            of(registration, view).stream(),
            RegistrationConflictRules.unsaid(registration, Standing.NEWCOMER, view.world()).stream()
                .map(RegistrationFindings::finding))
        .toList();
  }

  /** Gateways on which the prefix may be taken by somebody of whom nothing is told yet. */
  private static Stream<Finding> unchecked(
      RegistrationFacts registration, List<RegistrationConflict> conflicts, World world) {
    if (registration.toolPrefix().isEmpty() || !RegistrationConflictRules.competes(registration)) {
      return Stream.empty();
    }
    List<ObjectKey> accepted = RegistrationConflictRules.accepted(registration, world);
    return RegistrationConflictRules.gateways(registration, world).stream()
        .filter(g -> !accepted.contains(g))
        .filter(g ->
            conflicts.stream().noneMatch(c -> c instanceof PrefixTaken t && t.gateway().equals(g)))
        .map(g -> new Finding.PrefixUnchecked(registration.toolPrefix(), g))
        .map(what ->
            Finding.warning(
                what,
                new Sentence(
                    "Whether the tool prefix %s is free on Gateway %s is checked only once that has accepted HTTPRoute %s."
                        .formatted(what.prefix(), what.gateway(), registration.route()),
                    "See the conditions of this registration then.")));
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
