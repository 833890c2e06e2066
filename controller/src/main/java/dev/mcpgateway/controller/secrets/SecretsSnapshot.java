package dev.mcpgateway.controller.secrets;

import java.util.Map;

/** The Secrets of all instances at one moment, by namespace. */
public record SecretsSnapshot(Map<String, StoredConfig> configs, Map<String, StoredKeys> keys) {
  public static final SecretsSnapshot EMPTY = new SecretsSnapshot(Map.of(), Map.of());

  public SecretsSnapshot {
    configs = Map.copyOf(configs);
    keys = Map.copyOf(keys);
  }
}
