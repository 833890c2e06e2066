package dev.mcpgateway.controller.registration;

import dev.mcpgateway.controller.api.ObjectKey;
import dev.mcpgateway.controller.api.cache.WatchedKind;
import dev.mcpgateway.controller.api.cache.WorldCache;
import dev.mcpgateway.controller.api.conditions.ConditionNames;
import dev.mcpgateway.controller.api.conditions.Conditions;
import dev.mcpgateway.controller.api.model.MCPServerRegistration;
import dev.mcpgateway.controller.observe.Outlook;
import dev.mcpgateway.controller.observe.RegistrationInputs;
import dev.mcpgateway.controller.queue.Outcome;
import dev.mcpgateway.controller.status.Announcement;
import dev.mcpgateway.controller.status.EventWriter;
import dev.mcpgateway.controller.status.Patience;
import dev.mcpgateway.controller.status.StatusWriter;
import dev.mcpgateway.controller.status.Transition;
import io.fabric8.kubernetes.api.model.Condition;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** Tells in the status of a registration whether it is served, and if not, why. */
public final class RegistrationReconciler {
  private final Supplier<Outlook> outlook;
  private final WorldCache world;
  private final StatusWriter statuses;
  private final EventWriter events;
  private final Clock clock;
  private final Patience patience;

  public RegistrationReconciler(
      Supplier<Outlook> outlook,
      WorldCache world,
      StatusWriter statuses,
      EventWriter events,
      Clock clock,
      Patience patience) {
    this.outlook = outlook;
    this.world = world;
    this.statuses = statuses;
    this.events = events;
    this.clock = clock;
    this.patience = patience;
  }

  /** Reconciles the status of a registration. */
  public Outcome reconcile(ObjectKey key) {
    Optional<RegistrationInputs> inputs = outlook.get().registration(key);
    Optional<MCPServerRegistration> stored =
        world.stored(WatchedKind.REGISTRATION, key, MCPServerRegistration.class);
    if (inputs.isPresent()
        && stored.isPresent()
        && inputs.get().registration().uid().equals(stored.get().getMetadata().getUid())) {
      return status(inputs.get(), stored.get());
    }
    patience.left(key, false);
    return Outcome.DONE;
  }

  private Outcome status(RegistrationInputs inputs, MCPServerRegistration stored) {
    List<Condition> before = stored.getStatus() == null ? null : stored.getStatus().conditions();
    Optional<Duration> left =
        patience.left(
            inputs.registration().key(),
            inputs.unwritten() && Conditions.isTrue(before, ConditionNames.READY));
    if (left.isPresent()) {
      // It is served as it was until the new configuration is there; observedGeneration says so.
      return new Outcome.Again(left.get());
    }
    List<Condition> now =
        Conditions.merge(
            before,
            RegistrationConditions.wanted(inputs),
            inputs.registration().generation(),
            clock);
    if (statuses.write(
        stored, MCPServerRegistration::new, RegistrationStatusBuilder.build(now, inputs))) {
      Transition.of(before, now, ConditionNames.READY)
          // Its words are servers' and brokers', which come and go too often for Events.
          .filter(Transition::turned)
          .map(Announcement::of)
          .ifPresent(a -> events.write(stored, a));
    }
    return Outcome.DONE;
  }
}
