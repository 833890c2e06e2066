package dev.mcpgateway.controller.instance;

import dev.mcpgateway.controller.instance.RotationPlanner.Due;
import dev.mcpgateway.controller.instance.RotationPlanner.Timing;
import dev.mcpgateway.controller.observe.InstanceInputs;
import dev.mcpgateway.controller.queue.Outcome;
import dev.mcpgateway.controller.secrets.KeysSecretWriter;
import dev.mcpgateway.controller.secrets.Stored;
import java.time.Clock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes the rotation of an instance's keys further when it is time. */
final class KeyRotation {
  private static final Logger log = LoggerFactory.getLogger(KeyRotation.class);

  private final KeysSecretWriter keys;
  private final Clock clock;
  private final Timing timing;

  KeyRotation(KeysSecretWriter keys, Clock clock, Timing timing) {
    this.keys = keys;
    this.clock = clock;
    this.timing = timing;
  }

  /** One step if it is due, and when to come back; a step changes the inputs, which leads back. */
  Outcome advance(InstanceInputs inputs) {
    if (inputs.holder() == null || inputs.storedKeys() == null) {
      return Outcome.DONE;
    }
    Due due =
        RotationPlanner.plan(
            inputs.holder().rotateKeys(), inputs.storedKeys(), clock.instant(), timing);
    if (due.step().isEmpty()) {
      return due.after().isZero() ? Outcome.DONE : new Outcome.Again(due.after());
    }
    Stored stored = keys.rotate(inputs.storedKeys(), due.step().get());
    log.atInfo()
        .addKeyValue("namespace", inputs.namespace())
        .addKeyValue("step", due.step().get().getClass().getSimpleName())
        .addKeyValue("stored", stored)
        .log("Keys are being rotated");
    return stored instanceof Stored.Refused ? Outcome.FAILED : Outcome.DONE;
  }
}
