package dev.mcpgateway.webhook.admission;

/** Gathers what a decision needs. */
interface WorldSource {
  /**
   * The view a case is judged against.
   *
   * @throws WorldUnavailableException when what a refusal would depend on cannot be known in time
   */
  View observe(AdmissionCase admission, Deadline deadline);
}
