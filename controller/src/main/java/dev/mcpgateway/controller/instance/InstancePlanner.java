package dev.mcpgateway.controller.instance;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.mcpgateway.broker.api.config.ConfigCodec;
import dev.mcpgateway.broker.api.config.GatewayConfig;
import dev.mcpgateway.controller.api.facts.ExtensionFacts;
import dev.mcpgateway.controller.observe.InstanceInputs;
import dev.mcpgateway.controller.secrets.KeyName;
import dev.mcpgateway.controller.secrets.StoredConfig;
import dev.mcpgateway.controller.secrets.StoredKeys;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Compares what an instance should have with what is stored. Pure. */
final class InstancePlanner {
  private static final String WITHDRAWN = render(GatewayConfig.EMPTY);

  private InstancePlanner() {}

  /**
   * What to do.
   *
   * @param lastGood what was stored last and as it should be; null when it is not known
   */
  static InstancePlan plan(InstanceInputs inputs, @Nullable LastGood lastGood) {
    return new InstancePlan(keys(inputs), config(inputs, lastGood));
  }

  /**
   * Keys exist as soon as an extension holds its namespace, accepted or not: pods wait for them in
   * ContainerCreating, and a broker that starts and serves nothing tells more than one that does
   * not start. They follow the holder, so that they do not go with an extension that lost.
   */
  private static KeysStep keys(InstanceInputs inputs) {
    ExtensionFacts holder = inputs.holder();
    StoredKeys stored = inputs.storedKeys();
    if (holder == null) {
      return new KeysStep.Keep();
    }
    boolean complete =
        stored != null
            && stored.labelled()
            && stored.valid().containsAll(Set.of(KeyName.values()))
            && stored.damaged().isEmpty()
            && stored.owners().equals(Set.of(holder.uid()));
    return complete ? new KeysStep.Keep() : new KeysStep.Ensure(holder);
  }

  private static ConfigStep config(InstanceInputs inputs, @Nullable LastGood lastGood) {
    StoredConfig stored = inputs.storedConfig();
    if (inputs.holder() == null && (stored == null || stored.version() == 0)) {
      // No instance, and nothing in the Secret was ever ours.
      return new ConfigStep.Keep();
    }
    if (inputs.tooLarge()) {
      return insteadOfTooLarge(inputs, lastGood);
    }
    String wanted =
        inputs.wanted().equals(GatewayConfig.EMPTY) ? WITHDRAWN : render(inputs.wanted());
    if (stored == null || !isStored(wanted, inputs)) {
      return new ConfigStep.Write(wanted, inputs.ahead());
    }
    return nobodyNeeds(stored, inputs) ? new ConfigStep.Remove(stored) : new ConfigStep.Keep();
  }

  /** What was good for one Gateway is not for another: its servers belong to that one. */
  private static ConfigStep insteadOfTooLarge(InstanceInputs inputs, @Nullable LastGood lastGood) {
    if (lastGood == null) {
      StoredConfig stored = inputs.storedConfig();
      return new ConfigStep.TooLarge(
          stored != null && stored.version() > 0 && !stored.document().equals(WITHDRAWN));
    }
    String document = lastGood.isFor(inputs.holder()) ? lastGood.document() : WITHDRAWN;
    boolean inForce = !document.equals(WITHDRAWN);
    return isStored(document, inputs)
        ? new ConfigStep.TooLarge(inForce)
        : new ConfigStep.Fallback(document, inForce, inputs.ahead());
  }

  /** Whether a document is stored as ours are, and every broker would take it. */
  private static boolean isStored(String document, InstanceInputs inputs) {
    StoredConfig stored = inputs.storedConfig();
    return stored != null
        && stored.labelled()
        && stored.version() > 0
        && stored.document().equals(document)
        && inputs.ahead() == 0;
  }

  /**
   * An instance that has withdrawn everything and has no brokers any more leaves nothing behind. A
   * broker would keep what it has when the Secret vanishes, also one that is not ready and has not
   * read the withdrawal yet: while there is one, the Secret stays (decision 22).
   */
  private static boolean nobodyNeeds(StoredConfig stored, InstanceInputs inputs) {
    return inputs.holder() == null && !inputs.brokers() && !stored.claimed();
  }

  private static String render(GatewayConfig config) {
    return new String(ConfigCodec.write(config), UTF_8);
  }
}
