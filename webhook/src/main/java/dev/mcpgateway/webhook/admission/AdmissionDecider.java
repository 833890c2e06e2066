package dev.mcpgateway.webhook.admission;

import static java.util.stream.Collectors.joining;
import static java.util.stream.Collectors.toSet;

import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Pure: what the rules find in a case becomes an answer. A finding that the stored object has
 * already is no reason to refuse its update, so labels, finalizers and repairs always pass.
 */
final class AdmissionDecider {
  /** Rule of an answer that nothing decided. */
  static final String NONE = "None";

  static final String NOT_JUDGED = "NotJudged";
  static final String UNKNOWN_KIND = "UnknownKind";

  private AdmissionDecider() {}

  static AdmissionDecision decide(AdmissionCase admission, View view) {
    return switch (admission) {
      case AdmissionCase.Extension c ->
          answer(
              findings(c.before(), b -> ExtensionFindings.of(b, view)),
              ExtensionFindings.of(c.after(), view));
      case AdmissionCase.Registration c ->
          answer(
              findings(c.before(), b -> RegistrationFindings.before(b, view)),
              RegistrationFindings.of(c.after(), view));
      case AdmissionCase.VirtualServer c ->
          answer(List.of(), VirtualServerFindings.of(c.after(), view.world()));
      case AdmissionCase.RouterFilter c ->
          answer(
              findings(c.before(), b -> RouterFilterFindings.of(b, view.world())),
              RouterFilterFindings.of(c.after(), view.world()));
      case AdmissionCase.NotJudged c -> AdmissionDecision.allowed(NOT_JUDGED, List.of());
      case AdmissionCase.UnknownKind c ->
          AdmissionDecision.allowed(
              UNKNOWN_KIND,
              List.of(
                  "The MCP gateway webhook does not know this kind and let it pass. Remove it from the rules of the ValidatingWebhookConfiguration."));
    };
  }

  private static <F> List<Finding> findings(
      @Nullable F before, Function<F, List<Finding>> findings) {
    return before == null ? List.of() : findings.apply(before);
  }

  private static AdmissionDecision answer(List<Finding> had, List<Finding> has) {
    Set<Record> known = had.stream().map(Finding::what).collect(toSet());
    List<Finding> refused =
        has.stream().filter(f -> f.denies() && !known.contains(f.what())).toList();
    List<String> warnings =
        has.stream()
            .filter(f -> !refused.contains(f))
            .flatMap(f -> Stream.concat(Stream.of(f.sentence().toString()), f.hints().stream()))
            .toList();
    if (refused.isEmpty()) {
      return AdmissionDecision.allowed(has.isEmpty() ? NONE : has.getFirst().rule(), warnings);
    }
    return AdmissionDecision.denied(
        refused.getFirst().rule(),
        refused.stream().map(f -> f.sentence().toString()).collect(joining(" ")),
        warnings);
  }
}
