package dev.mcpgateway.controller.virtualserver;

import dev.mcpgateway.controller.api.ObjectKey;
import dev.mcpgateway.controller.api.cache.WatchedKind;
import dev.mcpgateway.controller.api.cache.WorldCache;
import dev.mcpgateway.controller.api.conditions.ConditionNames;
import dev.mcpgateway.controller.api.conditions.Conditions;
import dev.mcpgateway.controller.api.model.MCPVirtualServer;
import dev.mcpgateway.controller.api.model.VirtualServerStatus;
import dev.mcpgateway.controller.observe.Outlook;
import dev.mcpgateway.controller.observe.Selection;
import dev.mcpgateway.controller.observe.VirtualServerInputs;
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

/** Tells in the status of a virtual server whether the gateway of its namespace has it. */
public final class VirtualServerReconciler {
  private final Supplier<Outlook> outlook;
  private final WorldCache world;
  private final StatusWriter statuses;
  private final EventWriter events;
  private final Clock clock;
  private final Patience patience;

  public VirtualServerReconciler(
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

  /** Reconciles the status of a virtual server. */
  public Outcome reconcile(ObjectKey key) {
    Optional<VirtualServerInputs> inputs = outlook.get().virtualServer(key);
    Optional<MCPVirtualServer> stored =
        world.stored(WatchedKind.VIRTUAL_SERVER, key, MCPVirtualServer.class);
    if (inputs.isPresent()
        && stored.isPresent()
        && inputs.get().virtualServer().uid().equals(stored.get().getMetadata().getUid())) {
      return status(inputs.get(), stored.get());
    }
    patience.left(key, false);
    return Outcome.DONE;
  }

  private Outcome status(VirtualServerInputs inputs, MCPVirtualServer stored) {
    List<Condition> before = stored.getStatus() == null ? null : stored.getStatus().conditions();
    Optional<Duration> left =
        patience.left(
            inputs.virtualServer().key(),
            inputs.settling() && Conditions.isTrue(before, ConditionNames.READY));
    if (left.isPresent()) {
      // It is served as it was until the new configuration is there; observedGeneration says so.
      return new Outcome.Again(left.get());
    }
    List<Condition> now =
        Conditions.merge(
            before,
            VirtualServerConditions.wanted(inputs),
            inputs.virtualServer().generation(),
            clock);
    Selection selection = inputs.selection();
    if (statuses.write(
        stored,
        MCPVirtualServer::new,
        new VirtualServerStatus(
            now,
            selection == null ? null : selection.resolved(),
            selection == null ? null : selection.unknown()))) {
      Transition.of(before, now, ConditionNames.READY)
          .filter(Transition::turned)
          .map(Announcement::of)
          .ifPresent(a -> events.write(stored, a));
    }
    return Outcome.DONE;
  }
}
