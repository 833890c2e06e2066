package dev.mcpgateway.controller.secrets;

import dev.mcpgateway.controller.api.McpGroup;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Clock;

/**
 * Keeps the configuration and keys Secrets of all instances current. A Secret whose label was taken
 * away looks deleted from here; {@link SecretWriter} finds it again when it tries to create it.
 */
public final class SecretCache implements AutoCloseable {
  private final WatchedSecret<StoredConfig> configs;
  private final WatchedSecret<StoredKeys> keys;

  /**
   * @param clock tells versions from numbers that cannot be one
   * @param listener called on an informer's thread after every change; must return at once
   */
  public SecretCache(KubernetesClient client, Clock clock, Runnable listener) {
    configs =
        new WatchedSecret<>(
            client,
            McpGroup.CONFIG_SECRET,
            McpGroup.AGGREGATED_LABEL,
            secret -> StoredConfig.of(secret, clock.instant()),
            listener);
    keys =
        new WatchedSecret<>(
            client, McpGroup.KEYS_SECRET, StoredKeys.LABEL, StoredKeys::of, listener);
  }

  /** Starts both watches and returns at once. */
  public void start() {
    configs.start();
    keys.start();
  }

  /** Whether both kinds have been listed once. */
  public boolean synced() {
    return configs.synced() && keys.synced();
  }

  /** Whether both watches are live now. */
  public boolean watching() {
    return configs.watching() && keys.watching();
  }

  public SecretsSnapshot snapshot() {
    return new SecretsSnapshot(configs.byNamespace(), keys.byNamespace());
  }

  @Override
  public void close() {
    configs.close();
    keys.close();
  }
}
