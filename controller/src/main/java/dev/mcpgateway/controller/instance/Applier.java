package dev.mcpgateway.controller.instance;

import dev.mcpgateway.controller.api.McpGroup;
import dev.mcpgateway.controller.observe.InstanceInputs;
import dev.mcpgateway.controller.secrets.ConfigSecretWriter;
import dev.mcpgateway.controller.secrets.KeysSecretWriter;
import dev.mcpgateway.controller.secrets.Stored;
import dev.mcpgateway.controller.secrets.StoredConfig;
import io.fabric8.kubernetes.client.KubernetesClientException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Carries a plan out: keys first, so that whoever reads the configuration finds them. */
final class Applier {
  private static final Logger log = LoggerFactory.getLogger(Applier.class);

  private final ConfigSecretWriter configs;
  private final KeysSecretWriter keys;

  Applier(ConfigSecretWriter configs, KeysSecretWriter keys) {
    this.configs = configs;
    this.keys = keys;
  }

  /**
   * The configuration whatever became of the keys: a withdrawal must not wait for them.
   *
   * @throws KubernetesClientException when one of them could not be written; the other one was
   */
  Storing apply(InstancePlan plan, InstanceInputs inputs) {
    Storing keys;
    try {
      keys = keys(plan.keys(), inputs);
    } catch (KubernetesClientException e) {
      var _ = config(plan.config(), inputs);
      throw e;
    }
    if (keys instanceof Storing.NamespaceGoes) {
      return keys;
    }
    Storing config = config(plan.config(), inputs);
    boolean worse = keys instanceof Storing.Refused && !(config instanceof Storing.NamespaceGoes);
    return worse ? keys : config;
  }

  private Storing keys(KeysStep step, InstanceInputs inputs) {
    return switch (step) {
      case KeysStep.Keep k -> new Storing.Complete();
      case KeysStep.Ensure(var owner) ->
          storing(
              McpGroup.KEYS_SECRET, inputs.namespace(), keys.ensure(owner, inputs.storedKeys()));
    };
  }

  private Storing config(ConfigStep step, InstanceInputs inputs) {
    return switch (step) {
      case ConfigStep.Keep k -> new Storing.Complete();
      case ConfigStep.TooLarge(boolean inForce) -> new Storing.TooLarge(inForce);
      case ConfigStep.Remove(StoredConfig stored) ->
          storing(McpGroup.CONFIG_SECRET, inputs.namespace(), configs.remove(stored));
      case ConfigStep.Write(String document, long ahead) -> write(document, ahead, inputs);
      case ConfigStep.Fallback(String document, boolean inForce, long ahead) -> {
        Storing written = write(document, ahead, inputs);
        yield written instanceof Storing.Written ? new Storing.TooLarge(inForce) : written;
      }
    };
  }

  private Storing write(String document, long ahead, InstanceInputs inputs) {
    return storing(
        McpGroup.CONFIG_SECRET,
        inputs.namespace(),
        configs.store(inputs.namespace(), document, inputs.storedConfig(), ahead));
  }

  private static Storing storing(String secret, String namespace, Stored stored) {
    return switch (stored) {
      case Stored.Yes y -> {
        log.atInfo()
            .addKeyValue("secret", secret)
            .addKeyValue("namespace", namespace)
            .log("Secret written or removed");
        yield new Storing.Written();
      }
      case Stored.NamespaceGoes n -> new Storing.NamespaceGoes();
      case Stored.Refused(String why) -> {
        // There may be no extension any more whose status could tell.
        log.atWarn()
            .addKeyValue("secret", secret)
            .addKeyValue("namespace", namespace)
            .addKeyValue("error", why)
            .log("Secret could not be written or removed");
        yield new Storing.Refused("Secret %s could not be stored: %s".formatted(secret, why));
      }
    };
  }
}
