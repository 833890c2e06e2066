package dev.mcpgateway.controller.observe;

import dev.mcpgateway.controller.api.facts.RegistrationFacts;
import dev.mcpgateway.controller.api.rules.RegistrationRules.Resolution;

/**
 * Everything about the status of one registration.
 *
 * @param presence meaningful only when it resolves to {@code Served}
 */
public record RegistrationInputs(
    RegistrationFacts registration, Resolution resolution, Presence presence) {

  /** Its configuration will be written in a moment, which changes these inputs again. */
  public boolean settling() {
    return resolution instanceof Resolution.Served && presence == Presence.PENDING;
  }
}
