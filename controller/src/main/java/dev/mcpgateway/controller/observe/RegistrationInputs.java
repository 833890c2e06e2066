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
 * @param reaches what the brokers of each instance it belongs to say of it; none when it resolves
 *     to anything but {@code Served}
 */
public record RegistrationInputs(
    RegistrationFacts registration,
    Resolution resolution,
    Presence presence,
    List<RegistrationConflict> conflicts,
    List<Reach> reaches) {
  public RegistrationInputs {
    conflicts = List.copyOf(conflicts);
    reaches = List.copyOf(reaches);
  }

  /** Its configuration has not been written yet, but will be in a moment. */
  private boolean unwritten() {
    return resolution instanceof Resolution.Served && presence == Presence.PENDING;
  }

  /**
   * What is known now would be told too early: it has not been written yet, or brokers have not
   * been heard of yet.
   */
  public boolean waits() {
    return unwritten()
        || (presence == Presence.STORED && reaches.stream().anyMatch(r -> r.rollout().awaited()));
  }

  /** These inputs are about to change again, by the controller's or a broker's doing. */
  public boolean settling() {
    return unwritten() || reaches.stream().anyMatch(r -> r.rollout().catchingUp());
  }
}
