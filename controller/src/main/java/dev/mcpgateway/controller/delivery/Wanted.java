package dev.mcpgateway.controller.delivery;

import static java.util.stream.Collectors.toMap;

import dev.mcpgateway.broker.api.config.ServerConfig;
import dev.mcpgateway.controller.secrets.SecretsSnapshot;
import dev.mcpgateway.controller.secrets.StoredConfig;
import dev.mcpgateway.controller.secrets.StoredKeys;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the brokers of one namespace shall run with.
 *
 * @param config what is stored, null for nothing
 * @param keysVersion resourceVersion of the Secret with the keys, empty for none
 */
record Wanted(@Nullable StoredConfig config, String keysVersion) {

  static Wanted of(String namespace, SecretsSnapshot secrets) {
    StoredKeys keys = secrets.keys().get(namespace);
    return new Wanted(secrets.configs().get(namespace), keys == null ? "" : keys.resourceVersion());
  }

  /** The version brokers shall have, 0 when there is nothing to give them. */
  long version() {
    return config == null ? 0 : config.version();
  }

  /** Names of the servers brokers shall have, by themselves. */
  Map<String, String> names() {
    return config == null
        ? Map.of()
        : config.config().servers().stream()
            .map(ServerConfig::name)
            .collect(toMap(name -> name, name -> name));
  }
}
