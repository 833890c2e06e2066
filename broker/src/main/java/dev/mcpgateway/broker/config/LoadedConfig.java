package dev.mcpgateway.broker.config;

import dev.mcpgateway.broker.api.config.GatewayConfig;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The configuration in force.
 *
 * @param version number its writer gave it, 0 when it has none
 * @param hash SHA-256 of the document's bytes, empty before the first one
 * @param loadedAt when it was applied, absent before the first one
 */
public record LoadedConfig(
    GatewayConfig config, long version, String hash, @Nullable Instant loadedAt) {
  /** What a broker runs with until there is a document: nothing is registered. */
  public static final LoadedConfig NONE = new LoadedConfig(GatewayConfig.EMPTY, 0, "", null);
}
