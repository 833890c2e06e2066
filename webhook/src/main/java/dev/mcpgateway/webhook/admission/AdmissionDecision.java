package dev.mcpgateway.webhook.admission;

import java.util.List;

/**
 * The answer to a review, before it is written.
 *
 * @param rule the violation that decided, or why nothing was judged; a constant, for logs and
 *     metrics
 * @param message what and remedy, empty when allowed
 * @param warnings in order, unbounded: {@link AdmissionCodec} fits them to the wire
 */
record AdmissionDecision(boolean allowed, String rule, String message, List<String> warnings) {
  AdmissionDecision {
    warnings = List.copyOf(warnings);
  }

  static AdmissionDecision allowed(String rule, List<String> warnings) {
    return new AdmissionDecision(true, rule, "", warnings);
  }

  static AdmissionDecision denied(String rule, String message, List<String> warnings) {
    return new AdmissionDecision(false, rule, message, warnings);
  }
}
