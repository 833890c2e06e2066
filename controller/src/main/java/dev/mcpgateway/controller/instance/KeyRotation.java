package dev.mcpgateway.controller.instance;

import dev.mcpgateway.controller.api.McpGroup;
import dev.mcpgateway.controller.instance.RotationPlanner.Due;
import dev.mcpgateway.controller.instance.RotationPlanner.Timing;
import dev.mcpgateway.controller.observe.InstanceInputs;
import dev.mcpgateway.controller.queue.Outcome;
import dev.mcpgateway.controller.secrets.KeysSecretWriter;
import dev.mcpgateway.controller.secrets.RotationStep;
import dev.mcpgateway.controller.secrets.Stored;
import dev.mcpgateway.controller.status.Announcement;
import java.time.Clock;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes the rotation of an instance's keys further when it is time. */
final class KeyRotation {
  private static final Logger log = LoggerFactory.getLogger(KeyRotation.class);

  private final KeysSecretWriter keys;
  private final Clock clock;
  private final Timing timing;

  /** By namespace, the request whose refusal has been told. */
  private final Map<String, String> told = new ConcurrentHashMap<>();

  KeyRotation(KeysSecretWriter keys, Clock clock, Timing timing) {
    this.keys = keys;
    this.clock = clock;
    this.timing = timing;
  }

  /**
   * One step if it is due, and when to come back; a step changes the inputs, which leads back.
   *
   * @param tell what the holder of the instance has to hear: that what it asks for is refused, once
   *     for each value, and once more when it is refused after a step that was not
   */
  Outcome advance(InstanceInputs inputs, Consumer<Announcement> tell) {
    if (inputs.holder() == null || inputs.storedKeys() == null) {
      return Outcome.DONE;
    }
    Due due =
        RotationPlanner.plan(
            inputs.holder().rotateKeys(), inputs.storedKeys(), clock.instant(), timing);
    if (due.step().isEmpty()) {
      return due.after().isZero() ? Outcome.DONE : new Outcome.Again(due.after());
    }
    RotationStep step = due.step().get();
    return switch (keys.rotate(inputs.storedKeys(), step)) {
      case Stored.Yes y -> {
        told.remove(inputs.namespace());
        log.atInfo()
            .addKeyValue("namespace", inputs.namespace())
            .addKeyValue("step", step.getClass().getSimpleName())
            .log("Keys are being rotated");
        yield Outcome.DONE;
      }
      case Stored.NamespaceGoes n -> Outcome.DONE;
      case Stored.Refused(String why) -> {
        String request = inputs.holder().rotateKeys();
        if (!request.equals(told.put(inputs.namespace(), request))) {
          log.atWarn()
              .addKeyValue("namespace", inputs.namespace())
              .addKeyValue("step", step.getClass().getSimpleName())
              .addKeyValue("error", why)
              .log("Keys cannot be rotated, repeating later");
          tell.accept(notRotated(why));
        }
        yield Outcome.FAILED;
      }
    };
  }

  /** The namespace has no instance any more. */
  void forget(String namespace) {
    told.remove(namespace);
  }

  private static Announcement notRotated(String why) {
    return Announcement.warning(
        "KeysNotRotated",
        "Secret %s could not be changed: %s. If it is immutable, delete it: it is made anew at once, and sessions end. Else remove what refuses the change, such as an admission policy; it is tried again until then."
            .formatted(McpGroup.KEYS_SECRET, why));
  }
}
