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
import dev.mcpgateway.controller.queue.Ticker;
import dev.mcpgateway.controller.secrets.ConfigSecretWriter;
import dev.mcpgateway.controller.secrets.KeysSecretWriter;
import dev.mcpgateway.controller.status.Announcement;
import dev.mcpgateway.controller.status.EventWriter;
import dev.mcpgateway.controller.status.StatusWriter;
import dev.mcpgateway.controller.status.Transition;
import io.fabric8.kubernetes.api.model.Condition;
import java.time.Clock;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
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
  private final Settling settling;
  private final LastStored lastStored = new LastStored();
  private final StatusWriter statuses;
  private final EventWriter events;
  private final Clock clock;

  public ExtensionReconciler(
      Supplier<Outlook> outlook,
      WorldCache world,
      ConfigSecretWriter configs,
      KeysSecretWriter keys,
      StatusWriter statuses,
      EventWriter events,
      Clock clock,
      Ticker ticker) {
    this.outlook = outlook;
    this.world = world;
    this.applier = new Applier(configs, keys);
    this.rotation = new KeyRotation(keys, clock, RotationPlanner.Timing.DEFAULT);
    this.settling = new Settling(ticker);
    this.statuses = statuses;
    this.events = events;
    this.clock = clock;
  }

  /** Reconciles the instance of a namespace. */
  public Outcome reconcile(String namespace) {
    Optional<InstanceInputs> present = outlook.get().instance(namespace);
    if (present.isEmpty()) {
      settling.forget(namespace);
      lastStored.forget(namespace);
      rotation.forget(namespace);
      return Outcome.DONE;
    }
    InstanceInputs inputs = present.get();
    InstancePlan plan = InstancePlanner.plan(inputs, lastStored.good(inputs));
    Storing storing = applier.apply(plan, inputs);
    // At once: a status that cannot be written lets the pass be repeated, and nothing is restored
    // then.
    lastStored.after(plan, inputs, storing).forEach(secret -> announce(secret, inputs));
    if (storing instanceof Storing.NamespaceGoes) {
      return Outcome.DONE;
    }
    Duration settles = settles(inputs, storing);
    inputs.extensions().forEach(judged -> status(judged, inputs, storing, settles));
    Outcome outcome =
        storing instanceof Storing.Refused
            ? Outcome.FAILED
            : rotation.advance(inputs, announcement -> announce(announcement, inputs));
    return settles.isZero() ? outcome : atTheLatest(settles, outcome);
  }

  /** How much longer what is said of the brokers may stay as it is. */
  private Duration settles(InstanceInputs inputs, Storing storing) {
    Duration atMost =
        inputs.extensions().stream()
            .filter(judged -> judged.verdict().accepted())
            .map(Judged::extension)
            .map(extension ->
                Settling.atMost(
                    stored(extension.key())
                        .flatMap(e -> Conditions.find(conditions(e), ConditionNames.PROGRAMMED))
                        .orElse(null),
                    extension.generation(),
                    storing,
                    inputs.rollout()))
            .max(Comparator.naturalOrder())
            .orElse(Duration.ZERO);
    return settling.left(inputs.namespace(), atMost);
  }

  private void status(Judged judged, InstanceInputs inputs, Storing storing, Duration settles) {
    ExtensionFacts extension = judged.extension();
    MCPGatewayExtension stored = stored(extension.key()).orElse(null);
    if (stored == null || !extension.uid().equals(stored.getMetadata().getUid())) {
      // Gone or replaced: the next inputs will say so.
      return;
    }
    boolean accepted = judged.verdict().accepted();
    List<Condition> before = conditions(stored);
    List<Condition> now =
        Conditions.merge(
            before,
            ExtensionConditions.wanted(judged, storing, inputs),
            extension.generation(),
            clock);
    if (accepted && !settles.isZero()) {
      now = Settling.keep(before, now);
    }
    int servers = accepted ? ExtensionConditions.servers(inputs, storing) : 0;
    Integer tools = accepted ? ExtensionConditions.tools(inputs, stored.getStatus()) : null;
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
      if (accepted) {
        Transition.of(before, now, ConditionNames.PROGRAMMED)
            .flatMap(ExtensionAnnouncements::programmed)
            .ifPresent(a -> events.write(stored, a));
      }
    }
  }

  private void announce(Restored secret, InstanceInputs inputs) {
    log.atWarn()
        .addKeyValue("namespace", inputs.namespace())
        .addKeyValue("reason", secret.reason())
        .log("Secret restored");
    announce(secret.announcement(), inputs);
  }

  /** Tells the holder of the instance. */
  private void announce(Announcement announcement, InstanceInputs inputs) {
    Optional.ofNullable(inputs.holder())
        .flatMap(holder -> stored(holder.key()))
        .ifPresent(holder -> events.write(holder, announcement));
  }

  private void announce(Transition transition, Judged judged, MCPGatewayExtension stored) {
    events.write(
        stored, ExtensionAnnouncements.own(transition, judged.extension(), judged.verdict()));
    ExtensionAnnouncements.displacedBy(transition, judged.verdict())
        .flatMap(this::stored)
        .ifPresent(holder -> events.write(holder, ExtensionAnnouncements.tookOver()));
  }

  private static Outcome atTheLatest(Duration time, Outcome outcome) {
    return switch (outcome) {
      case Outcome.Done d -> new Outcome.Again(time);
      case Outcome.Again(Duration after) ->
          after.compareTo(time) <= 0 ? outcome : new Outcome.Again(time);
      case Outcome.Failed f -> outcome;
    };
  }

  private static @Nullable List<Condition> conditions(MCPGatewayExtension stored) {
    return stored.getStatus() == null ? null : stored.getStatus().conditions();
  }

  private Optional<MCPGatewayExtension> stored(ObjectKey key) {
    return world.stored(WatchedKind.EXTENSION, key, MCPGatewayExtension.class);
  }
}
