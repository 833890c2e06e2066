package dev.mcpgateway.broker.config;

import dev.mcpgateway.broker.api.config.ConfigCodec;
import dev.mcpgateway.broker.api.config.ConfigVersions;
import dev.mcpgateway.broker.api.config.GatewayConfig;
import dev.mcpgateway.broker.api.config.InvalidConfigException;
import dev.mcpgateway.broker.config.Candidate.Document;
import dev.mcpgateway.broker.config.Candidate.Missing;
import dev.mcpgateway.broker.config.Candidate.Unreadable;
import dev.mcpgateway.broker.config.ConfigDecision.Apply;
import dev.mcpgateway.broker.config.ConfigDecision.Older;
import dev.mcpgateway.broker.config.ConfigDecision.Refuse;
import dev.mcpgateway.broker.config.ConfigDecision.Unchanged;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Decides whether a candidate replaces the configuration in force. Pure. A withdrawal is an
 * explicit empty document, so a missing or broken one never empties a running gateway.
 */
final class ConfigDecider {
  private ConfigDecider() {}

  static ConfigDecision decide(LoadedConfig current, Candidate candidate, Instant now) {
    return switch (candidate) {
      case Missing() ->
          current.loadedAt() == null
              ? new Unchanged()
              : new Refuse("the configuration file is gone; the last good configuration stays");
      case Unreadable(String reason) -> new Refuse(reason);
      case Document(byte[] bytes, String version) -> document(current, bytes, version, now);
    };
  }

  private static ConfigDecision document(
      LoadedConfig current, byte[] bytes, @Nullable String versionText, Instant now) {
    String hash = ConfigCodec.hash(bytes);
    long version = version(versionText);
    if (version < 0) {
      return new Refuse("the version file does not hold a decimal number");
    }
    if (!ConfigVersions.plausible(version, now)) {
      // In force, it would keep everything out that is written later.
      return new Refuse(
          "version %d is more than %d days ahead of this broker's clock"
              .formatted(version, ConfigVersions.MAX_AHEAD.toDays()));
    }
    if (hash.equals(current.hash()) && version == current.version()) {
      return new Unchanged();
    }
    if (current.version() > 0 && version <= current.version()) {
      return hash.equals(current.hash())
          ? new Unchanged()
          : new Older(
              "version %d is not newer than %d, which is in force"
                  .formatted(version, current.version()));
    }
    try {
      GatewayConfig config = ConfigCodec.read(bytes);
      return new Apply(new LoadedConfig(config, version, hash, now));
    } catch (InvalidConfigException e) {
      return new Refuse(String.valueOf(e.getMessage()));
    }
  }

  /** The number, 0 when there is no version file, -1 when it holds something else. */
  private static long version(@Nullable String text) {
    if (text == null) {
      return 0;
    }
    try {
      return Math.max(-1, Long.parseLong(text.strip()));
    } catch (NumberFormatException e) {
      return -1;
    }
  }
}
