package dev.mcpgateway.controller.instance;

import dev.mcpgateway.controller.api.ObjectKey;
import dev.mcpgateway.controller.api.cache.WatchedKind;
import dev.mcpgateway.controller.api.cache.WorldCache;
import dev.mcpgateway.controller.api.conditions.ConditionNames;
import dev.mcpgateway.controller.api.conditions.Conditions;
import dev.mcpgateway.controller.api.facts.ExtensionFacts;
import dev.mcpgateway.controller.api.model.ExtensionStatus;
import dev.mcpgateway.controller.api.model.MCPGatewayExtension;
import dev.mcpgateway.controller.observe.InstanceInputs;
import dev.mcpgateway.controller.observe.InstanceInputs.Judged;
import dev.mcpgateway.controller.observe.Outlook;
import dev.mcpgateway.controller.queue.Outcome;
import dev.mcpgateway.controller.secrets.SecretWriter;
import dev.mcpgateway.controller.status.EventWriter;
import dev.mcpgateway.controller.status.StatusWriter;
import dev.mcpgateway.controller.status.Transition;
import io.fabric8.kubernetes.api.model.Condition;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One pass over the instance of a namespace: first what it runs with (keys, configuration), then
 * what is said about it (status, events). So a status never promises what has not been stored, and
 * a withdrawal is in force before it is told.
 */
public final class ExtensionReconciler {
  private static final Logger log = LoggerFactory.getLogger(ExtensionReconciler.class);

  private final Supplier<Outlook> outlook;
  private final WorldCache world;
  private final Applier applier;
  private final KeyRotation rotation;
  private final StatusWriter statuses;
  private final EventWriter events;
  private final Clock clock;

  public ExtensionReconciler(
      Supplier<Outlook> outlook,
      WorldCache world,
      SecretWriter secrets,
      StatusWriter statuses,
      EventWriter events,
      Clock clock) {
    this.outlook = outlook;
    this.world = world;
    this.applier = new Applier(secrets);
    this.rotation = new KeyRotation(secrets, clock, RotationPlanner.Timing.DEFAULT);
    this.statuses = statuses;
    this.events = events;
    this.clock = clock;
  }

  /** Reconciles the instance of a namespace. */
  public Outcome reconcile(String namespace) {
    Optional<InstanceInputs> present = outlook.get().instance(namespace);
    if (present.isEmpty()) {
      return Outcome.DONE;
    }
    InstanceInputs inputs = present.get();
    Delivery delivery = applier.apply(InstancePlanner.plan(inputs), inputs);
    if (delivery instanceof Delivery.NamespaceGoes) {
      return Outcome.DONE;
    }
    inputs.extensions().forEach(judged -> status(judged, inputs, delivery));
    return delivery instanceof Delivery.Refused ? Outcome.FAILED : rotation.advance(inputs);
  }

  private void status(Judged judged, InstanceInputs inputs, Delivery delivery) {
    ExtensionFacts extension = judged.extension();
    MCPGatewayExtension stored = stored(extension.key()).orElse(null);
    if (stored == null || !extension.uid().equals(stored.getMetadata().getUid())) {
      // Gone or replaced: the next inputs will say so.
      return;
    }
    List<Condition> before = stored.getStatus() == null ? null : stored.getStatus().conditions();
    List<Condition> now =
        Conditions.merge(
            before,
            ExtensionConditions.wanted(judged.verdict(), delivery, inputs),
            extension.generation(),
            clock);
    boolean accepted = judged.verdict().accepted();
    int servers = accepted ? servers(inputs, delivery) : 0;
    Integer tools = accepted ? inputs.toolsServed() : null;
    if (statuses.write(
        stored, MCPGatewayExtension::new, new ExtensionStatus(now, servers, tools))) {
      Condition ready = Conditions.find(now, ConditionNames.READY).orElseThrow();
      log.atInfo()
          .addKeyValue("extension", extension.key())
          .addKeyValue("ready", ready.getStatus())
          .addKeyValue("reason", ready.getReason())
          .addKeyValue("servers", servers)
          .log("Extension status written");
      Transition.of(before, now, ConditionNames.READY).ifPresent(t -> announce(t, judged, stored));
    }
  }

  private void announce(Transition transition, Judged judged, MCPGatewayExtension stored) {
    events.write(
        stored, ExtensionAnnouncements.own(transition, judged.extension(), judged.verdict()));
    ExtensionAnnouncements.displacedBy(transition, judged.verdict())
        .flatMap(this::stored)
        .ifPresent(holder -> events.write(holder, ExtensionAnnouncements.tookOver()));
  }

  private static int servers(InstanceInputs inputs, Delivery delivery) {
    if (delivery instanceof Delivery.Complete || delivery instanceof Delivery.Written) {
      return inputs.wanted().servers().size();
    }
    return inputs.storedConfig() == null ? 0 : inputs.storedConfig().config().servers().size();
  }

  private Optional<MCPGatewayExtension> stored(ObjectKey key) {
    return world.stored(WatchedKind.EXTENSION, key, MCPGatewayExtension.class);
  }
}
