package dev.mcpgateway.controller.registration;

import dev.mcpgateway.controller.api.conditions.ConditionNames;
import dev.mcpgateway.controller.api.conditions.Conditions.Wanted;
import dev.mcpgateway.controller.api.conditions.RegistrationMessages;
import dev.mcpgateway.controller.api.rules.RegistrationConflict;
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
import dev.mcpgateway.controller.api.rules.RegistrationRules.Resolution;
import dev.mcpgateway.controller.observe.RegistrationInputs;
import dev.mcpgateway.controller.status.Rollouts;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** From a resolution to conditions. Pure. */
final class RegistrationConditions {
  private RegistrationConditions() {}

  static List<Wanted> wanted(RegistrationInputs inputs) {
    List<Wanted> wanted = new ArrayList<>();
    wanted.add(ready(inputs));
    resolvedRefs(inputs.resolution()).ifPresent(wanted::add);
    wanted.add(conflicted(inputs));
    programmed(inputs).ifPresent(wanted::add);
    ReachConditions.backendReachable(inputs.reaches()).ifPresent(wanted::add);
    return List.copyOf(wanted);
  }

  /**
   * Told, not enforced: both are served, and the broker decides name by name who comes first, so
   * that no tool is lost silently.
   */
  private static Wanted conflicted(RegistrationInputs inputs) {
    if (inputs.conflicts().isEmpty()) {
      return ReachConditions.conflicted(inputs.reaches())
          .orElseGet(() ->
              new Wanted(
                  ConditionNames.CONFLICTED,
                  false,
                  "NoConflict",
                  "No other registration of the Gateway uses the same server or prefix."));
    }
    RegistrationConflict first = inputs.conflicts().getFirst();
    return new Wanted(
        ConditionNames.CONFLICTED,
        true,
        first.getClass().getSimpleName(),
        RegistrationMessages.sentence(first).toString());
  }

  /** Nothing is said when the way to the references is blocked before them. */
  private static Optional<Wanted> resolvedRefs(Resolution resolution) {
    return switch (resolution) {
      case Resolution.Served s ->
          Optional.of(
              new Wanted(
                  ConditionNames.RESOLVED_REFS,
                  true,
                  ConditionNames.RESOLVED_REFS,
                  "Every reference leads to an object that may be used."));
      case Resolution.NotServed(var problem) ->
          unresolved(problem)
              .map(reason ->
                  new Wanted(
                      ConditionNames.RESOLVED_REFS,
                      false,
                      reason,
                      RegistrationMessages.sentence(problem).toString()));
    };
  }

  /** Gateway API's reasons of {@code ResolvedRefs} where it has them. */
  private static Optional<String> unresolved(RegistrationProblem problem) {
    return switch (problem) {
      case RouteElsewhere p -> Optional.of("RefNotPermitted");
      case RouteMissing p -> Optional.of("RouteNotFound");
      case BackendMissing p -> Optional.of("BackendNotFound");
      case BackendNotPermitted p -> Optional.of("RefNotPermitted");
      case BackendUnsupported p -> Optional.of("InvalidKind");
      case CredentialMissing p -> Optional.of("CredentialNotFound");
      case CredentialKeyMissing p -> Optional.of("CredentialNotFound");
      case CredentialTooLarge p -> Optional.of("CredentialInvalid");
      case CredentialUnusable p -> Optional.of("CredentialInvalid");
      case AddressInvalid p -> Optional.of("AddressInvalid");
      case NoAcceptedGateway p -> Optional.empty();
      case NoValidExtension p -> Optional.empty();
      case RouteUnusable p -> Optional.empty();
    };
  }

  private static Wanted ready(RegistrationInputs inputs) {
    return switch (inputs.resolution()) {
      case Resolution.NotServed(var problem) ->
          notReady(RegistrationMessages.sentence(problem).toString());
      case Resolution.Served s ->
          switch (inputs.presence()) {
            case STORED -> ReachConditions.ready(inputs.reaches());
            case PENDING -> notReady(Rollouts.PENDING);
            case TOO_LARGE -> notReady(Rollouts.TOO_LARGE);
          };
    };
  }

  private static Optional<Wanted> programmed(RegistrationInputs inputs) {
    if (inputs.resolution() instanceof Resolution.NotServed) {
      return Optional.empty();
    }
    return Optional.of(
        switch (inputs.presence()) {
          case STORED -> ReachConditions.programmed(inputs.reaches());
          case PENDING -> new Wanted(ConditionNames.PROGRAMMED, false, "Pending", Rollouts.PENDING);
          case TOO_LARGE ->
              new Wanted(ConditionNames.PROGRAMMED, false, "ConfigTooLarge", Rollouts.TOO_LARGE);
        });
  }

  private static Wanted notReady(String message) {
    return new Wanted(ConditionNames.READY, false, ConditionNames.REGISTRATION_NOT_READY, message);
  }
}
