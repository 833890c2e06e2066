package dev.mcpgateway.webhook.admission;

import dev.mcpgateway.controller.api.rules.World;

/** Gathers what a decision needs. */
interface WorldSource {
  /**
   * The world a case is judged against.
   *
   * @throws WorldUnavailableException when what the decision needs cannot be known in time
   */
  World observe(AdmissionCase admission, Deadline deadline);
}
