package dev.mcpgateway.controller.observe;

import dev.mcpgateway.controller.api.facts.RegistrationFacts;
import dev.mcpgateway.controller.api.rules.RegistrationConflict;
import dev.mcpgateway.controller.api.rules.RegistrationRules.Resolution;
import java.util.List;

/**
 * Everything about the status of one registration.
 *
 * @param presence meaningful only when it resolves to {@code Served}
 * @param conflicts with registrations of the same Gateway that were there before, most serious
 *     first
 */
public record RegistrationInputs(
    RegistrationFacts registration,
    Resolution resolution,
    Presence presence,
    List<RegistrationConflict> conflicts) {
  public RegistrationInputs {
    conflicts = List.copyOf(conflicts);
  }

  /** Its configuration will be written in a moment, which changes these inputs again. */
  public boolean settling() {
    return resolution instanceof Resolution.Served && presence == Presence.PENDING;
  }
}
