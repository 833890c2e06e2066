package dev.mcpgateway.controller.secrets;

import static java.util.stream.Collectors.toMap;

import dev.mcpgateway.controller.api.McpGroup;
import dev.mcpgateway.controller.api.cache.WatchState;
import dev.mcpgateway.controller.api.cache.Watched;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * Keeps the configuration and keys Secrets of all instances current. A Secret whose label was taken
 * away looks deleted from here; its writer finds it again when it tries to create it.
 */
public final class SecretCache implements AutoCloseable {
  /** Small: one Secret may have a megabyte. */
  private static final long PAGE = 20;

  private final Watched<Secret, StoredConfig> configs;
  private final Watched<Secret, StoredKeys> keys;

  /**
   * @param clock tells versions from numbers that cannot be one
   * @param listener called on an informer's thread after every change; must return at once
   */
  public SecretCache(KubernetesClient client, Clock clock, Runnable listener) {
    configs =
        watched(
            client,
            McpGroup.CONFIG_SECRET,
            McpGroup.AGGREGATED_LABEL,
            secret -> StoredConfig.of(secret, clock.instant()),
            listener);
    keys = watched(client, McpGroup.KEYS_SECRET, StoredKeys.LABEL, StoredKeys::of, listener);
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

  /** How both watches of Secrets are doing. */
  public WatchState watch() {
    return configs.state().and(keys.state());
  }

  /** How many Secrets are there and left out, because they cannot be read. */
  public int unreadable() {
    return configs.unreadable() + keys.unreadable();
  }

  public SecretsSnapshot snapshot() {
    return new SecretsSnapshot(byNamespace(configs), byNamespace(keys));
  }

  @Override
  public void close() {
    configs.close();
    keys.close();
  }

  /**
   * The label alone is no proof: only the one name of a namespace counts, and the API server sends
   * no other, however large they are.
   */
  private static <F> Watched<Secret, F> watched(
      KubernetesClient client,
      String name,
      String label,
      Function<Secret, F> mapper,
      Runnable listener) {
    return Watched.facts(
        Secret.class,
        client
            .secrets()
            .inAnyNamespace()
            .withLabel(label, "true")
            .withField("metadata.name", name)
            .withLimit(PAGE),
        client.getKubernetesSerialization(),
        secret -> Optional.of(mapper.apply(secret)),
        listener);
  }

  private static <F> Map<String, F> byNamespace(Watched<Secret, F> secrets) {
    return secrets.snapshot().entrySet().stream()
        .collect(toMap(e -> e.getKey().namespace(), Map.Entry::getValue));
  }
}
