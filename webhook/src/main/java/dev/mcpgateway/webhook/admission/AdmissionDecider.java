package dev.mcpgateway.webhook.admission;

import static java.util.stream.Collectors.joining;

import dev.mcpgateway.controller.api.conditions.ExtensionMessages;
import dev.mcpgateway.controller.api.facts.ExtensionFacts;
import dev.mcpgateway.controller.api.rules.ExtensionRules;
import dev.mcpgateway.controller.api.rules.ExtensionRules.Standing;
import dev.mcpgateway.controller.api.rules.Violation;
import dev.mcpgateway.controller.api.rules.Violation.GatewayMissing;
import dev.mcpgateway.controller.api.rules.Violation.GatewayTaken;
import dev.mcpgateway.controller.api.rules.Violation.NamespaceTaken;
import dev.mcpgateway.controller.api.rules.Violation.NotPermitted;
import dev.mcpgateway.controller.api.rules.Violation.PredecessorTerminating;
import dev.mcpgateway.controller.api.rules.World;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Pure: what the rules say about a case becomes an answer. A violation that the stored object has
 * already is no reason to refuse its update, so labels, finalizers and repairs always pass.
 */
final class AdmissionDecider {
  /** Rule of an answer that nothing decided. */
  static final String NONE = "None";

  static final String NOT_JUDGED = "NotJudged";
  static final String UNKNOWN_KIND = "UnknownKind";

  private AdmissionDecider() {}

  static AdmissionDecision decide(AdmissionCase admission, World world) {
    return switch (admission) {
      case AdmissionCase.Extension c -> extension(c.before(), c.after(), world);
      case AdmissionCase.NotJudged c -> AdmissionDecision.allowed(NOT_JUDGED, List.of());
      case AdmissionCase.UnknownKind c ->
          AdmissionDecision.allowed(
              UNKNOWN_KIND,
              List.of(
                  "The MCP gateway webhook does not know this kind and let it pass. Remove it from the rules of the ValidatingWebhookConfiguration."));
    };
  }

  private static AdmissionDecision extension(
      @Nullable ExtensionFacts before, ExtensionFacts after, World world) {
    List<Violation> had = before == null ? List.of() : violations(before, world);
    List<Violation> has = violations(after, world);
    List<Violation> refused =
        has.stream().filter(AdmissionDecider::denies).filter(v -> !had.contains(v)).toList();
    List<String> warnings =
        has.stream().filter(v -> !refused.contains(v)).flatMap(AdmissionDecider::warnings).toList();
    if (refused.isEmpty()) {
      return AdmissionDecision.allowed(
          has.isEmpty() ? NONE : has.getFirst().getClass().getSimpleName(), warnings);
    }
    return AdmissionDecision.denied(
        refused.getFirst().getClass().getSimpleName(),
        refused.stream().map(v -> ExtensionMessages.sentence(v).toString()).collect(joining(" ")),
        warnings);
  }

  private static List<Violation> violations(ExtensionFacts extension, World world) {
    // Both sides of an update are newcomers: compared with each other, what they share cancels out.
    return ExtensionRules.judge(extension, Standing.NEWCOMER, world).violations();
  }

  private static boolean denies(Violation violation) {
    return switch (violation) {
      case NamespaceTaken v -> true;
      case GatewayTaken v -> true;
      case PredecessorTerminating v -> false;
      case NotPermitted v -> false;
      case GatewayMissing v -> false;
    };
  }

  private static Stream<String> warnings(Violation violation) {
    String sentence = ExtensionMessages.sentence(violation).toString();
    return switch (violation) {
      case NotPermitted v -> Stream.of(sentence, ExtensionMessages.grantYaml(v));
      case NamespaceTaken v -> Stream.of(sentence);
      case GatewayTaken v -> Stream.of(sentence);
      case PredecessorTerminating v -> Stream.of(sentence);
      case GatewayMissing v -> Stream.of(sentence);
    };
  }
}
