package dev.mcpgateway.broker.api.config;

import java.time.Duration;
import java.time.Instant;

/**
 * Versions of configurations: the time of writing in milliseconds since 1970, or one more than the
 * version before. Both sides hold to the same bound, so that no broker can run a version after
 * which there is no next one.
 */
public final class ConfigVersions {
  /**
   * How far a version may be ahead of the clock of who reads it: more than any clock is wrong
   * unnoticed, and so little that there is always room for further versions.
   */
  public static final Duration MAX_AHEAD = Duration.ofDays(366);

  private ConfigVersions() {}

  /** Whether a version can be one; what is further ahead was not written by a controller. */
  public static boolean plausible(long version, Instant now) {
    return version <= now.plus(MAX_AHEAD).toEpochMilli();
  }
}
