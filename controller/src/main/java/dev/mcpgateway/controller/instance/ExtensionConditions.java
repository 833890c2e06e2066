package dev.mcpgateway.controller.instance;

import dev.mcpgateway.controller.api.conditions.ConditionNames;
import dev.mcpgateway.controller.api.conditions.Conditions.Wanted;
import dev.mcpgateway.controller.api.conditions.ExtensionMessages;
import dev.mcpgateway.controller.api.conditions.GatewayMessages;
import dev.mcpgateway.controller.api.model.ExtensionStatus;
import dev.mcpgateway.controller.api.rules.Verdict;
import dev.mcpgateway.controller.api.rules.Violation;
import dev.mcpgateway.controller.api.rules.Violation.GatewayMissing;
import dev.mcpgateway.controller.api.rules.Violation.GatewayTaken;
import dev.mcpgateway.controller.api.rules.Violation.NamespaceTaken;
import dev.mcpgateway.controller.api.rules.Violation.NotPermitted;
import dev.mcpgateway.controller.api.rules.Violation.PredecessorTerminating;
import dev.mcpgateway.controller.observe.ConfigSize;
import dev.mcpgateway.controller.observe.InstanceInputs;
import dev.mcpgateway.controller.observe.InstanceInputs.Judged;
import dev.mcpgateway.controller.observe.Rollout;
import dev.mcpgateway.controller.secrets.StoredConfig;
import dev.mcpgateway.controller.status.Rollouts;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** From a verdict and what could be stored to conditions. Pure. */
final class ExtensionConditions {
  private ExtensionConditions() {}

  /** What the conditions of an extension shall say. */
  static List<Wanted> wanted(Judged judged, Storing storing, InstanceInputs inputs) {
    Verdict verdict = judged.verdict();
    List<Wanted> wanted = new ArrayList<>();
    wanted.add(ready(verdict, storing));
    wanted.add(accepted(judged));
    wanted.add(resolvedRefs(verdict));
    wanted.add(conflicted(verdict));
    wanted.add(programmed(verdict, storing, inputs));
    return List.copyOf(wanted);
  }

  private static Wanted ready(Verdict verdict, Storing storing) {
    if (verdict.first().isPresent()) {
      Violation first = verdict.first().get();
      return new Wanted(
          ConditionNames.READY,
          false,
          ExtensionMessages.readyReason(first),
          ExtensionMessages.readyMessage(first));
    }
    return switch (storing) {
      case Storing.Refused(String why) ->
          new Wanted(ConditionNames.READY, false, ConditionNames.INVALID_EXTENSION, why);
      case Storing.Complete c -> valid();
      case Storing.Written w -> valid();
      case Storing.TooLarge t -> valid();
      case Storing.NamespaceGoes n -> valid();
    };
  }

  private static Wanted valid() {
    return new Wanted(
        ConditionNames.READY, true, ConditionNames.VALID_EXTENSION, ExtensionMessages.READY);
  }

  private static Wanted accepted(Judged judged) {
    return judged
        .verdict()
        .first()
        .map(first ->
            new Wanted(
                ConditionNames.ACCEPTED,
                false,
                acceptedReason(first),
                ExtensionMessages.sentence(first).toString()))
        .orElseGet(() ->
            new Wanted(
                ConditionNames.ACCEPTED,
                true,
                ConditionNames.ACCEPTED,
                judged.problems().stream()
                    .map(p -> " " + GatewayMessages.sentence(p))
                    .reduce(
                        "This extension holds its namespace and its Gateway.", String::concat)));
  }

  /** Reasons of Gateway API where it has one (GEP-713 policy conditions, Gateway Accepted). */
  private static String acceptedReason(Violation violation) {
    return switch (violation) {
      case NamespaceTaken v -> "Conflicted";
      case PredecessorTerminating v -> "Pending";
      case NotPermitted v -> "RefNotPermitted";
      case GatewayMissing v -> "TargetNotFound";
      case GatewayTaken v -> "Conflicted";
    };
  }

  private static Wanted resolvedRefs(Verdict verdict) {
    for (Violation violation : verdict.violations()) {
      Optional<String> reason =
          switch (violation) {
            case NotPermitted v -> Optional.of("RefNotPermitted");
            case GatewayMissing v -> Optional.of("TargetNotFound");
            case NamespaceTaken v -> Optional.empty();
            case PredecessorTerminating v -> Optional.empty();
            case GatewayTaken v -> Optional.empty();
          };
      if (reason.isPresent()) {
        return new Wanted(
            ConditionNames.RESOLVED_REFS,
            false,
            reason.get(),
            ExtensionMessages.sentence(violation).toString());
      }
    }
    return new Wanted(
        ConditionNames.RESOLVED_REFS,
        true,
        ConditionNames.RESOLVED_REFS,
        "The Gateway exists and may be referred to.");
  }

  private static Wanted conflicted(Verdict verdict) {
    for (Violation violation : verdict.violations()) {
      boolean conflict =
          switch (violation) {
            case NamespaceTaken v -> true;
            case PredecessorTerminating v -> true;
            case GatewayTaken v -> true;
            case NotPermitted v -> false;
            case GatewayMissing v -> false;
          };
      if (conflict) {
        return new Wanted(
            ConditionNames.CONFLICTED,
            true,
            violation.getClass().getSimpleName(),
            ExtensionMessages.sentence(violation).toString());
      }
    }
    return new Wanted(
        ConditionNames.CONFLICTED,
        false,
        "NoConflict",
        "No other extension claims the namespace or the Gateway before this one.");
  }

  /** Whether the brokers run what is stored; nothing of it makes an extension less Ready. */
  private static Wanted programmed(Verdict verdict, Storing storing, InstanceInputs inputs) {
    if (!verdict.accepted()) {
      return notProgrammed(
          "NotAccepted", "Nothing is configured for this extension, see condition Accepted.");
    }
    return switch (storing) {
      case Storing.TooLarge(boolean inForce) ->
          notProgrammed(
              "ConfigTooLarge",
              "The configuration would exceed %d bytes; %s. Remove registrations or virtual servers."
                  .formatted(
                      ConfigSize.LIMIT,
                      inForce
                          ? "the last good one stays in force"
                          : "no other one is stored for this Gateway, and a broker that starts now serves nothing"));
      case Storing.Refused(String why) -> notProgrammed("ConfigNotStored", why);
      case Storing.Written w -> justWritten(inputs.rollout());
      case Storing.Complete c -> complete(inputs);
      case Storing.NamespaceGoes n -> complete(inputs);
    };
  }

  private static Wanted complete(InstanceInputs inputs) {
    StoredConfig stored = inputs.storedConfig();
    return Rollouts.programmedInDetail(
        inputs.rollout(), "version " + (stored == null ? 0 : stored.version()));
  }

  /** The inputs are older than what has been written, so no report can be about it. */
  private static Wanted justWritten(Rollout rollout) {
    return Rollouts.programmed(
        new Rollout(rollout.replicas(), 0, null), "the version that has just been stored");
  }

  private static Wanted notProgrammed(String reason, String message) {
    return new Wanted(ConditionNames.PROGRAMMED, false, reason, message);
  }

  /**
   * How many tools are served; what was said before while brokers have not been heard of yet.
   *
   * @param said the status as it is stored
   */
  static @Nullable Integer tools(InstanceInputs inputs, @Nullable ExtensionStatus said) {
    if (inputs.rollout().awaited()) {
      return said == null ? null : said.tools();
    }
    return inputs.toolsServed();
  }

  /** How many servers the configuration in force has. */
  static int servers(InstanceInputs inputs, Storing storing) {
    if (storing instanceof Storing.Complete || storing instanceof Storing.Written) {
      return inputs.wanted().servers().size();
    }
    if (storing instanceof Storing.TooLarge(boolean inForce) && !inForce) {
      return 0;
    }
    return inputs.storedConfig() == null ? 0 : inputs.storedConfig().config().servers().size();
  }
}
