package dev.mcpgateway.broker;

import io.helidon.config.Config;
import io.helidon.config.ConfigSources;
import java.nio.file.Path;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Start-up settings; {@code application.yaml} documents every key. Arguments win over environment
 * variables, those over the defaults.
 *
 * @param versionFile absent when configurations are not numbered
 * @param drain how long requests are still served after SIGTERM
 * @param grace longest time a running request may still take after that
 */
record BrokerSettings(
    String bindAddress,
    int httpPort,
    int httpMaxConnections,
    int grpcPort,
    Path configFile,
    @Nullable Path versionFile,
    Path keysDir,
    String publicHost,
    String internalHostPattern,
    String privateHost,
    Duration sessionLifetime,
    Duration checkInterval,
    List<String> allowedOrigins,
    int maxStreams,
    Duration heartbeat,
    Duration drain,
    Duration grace) {

  /**
   * Reads the settings.
   *
   * @throws InvalidSettingsException for the first one that is missing or wrong
   */
  static BrokerSettings load(String... arguments) {
    Config config =
        Config.builder()
            .disableEnvironmentVariablesSource()
            .disableSystemPropertiesSource()
            .sources(
                List.of(
                    ConfigSources.create(arguments(arguments)),
                    ConfigSources.environmentVariables(),
                    ConfigSources.classpath("application.yaml")))
            .build();
    String versionFile = optional(config, "config.version-file");
    return new BrokerSettings(
        text(config, "bind.address"),
        number(config, "http.port", 0, 65535),
        number(config, "http.max-connections", 16, 1 << 20),
        number(config, "grpc.port", 0, 65535),
        Path.of(text(config, "config.file")),
        versionFile.isEmpty() ? null : Path.of(versionFile),
        Path.of(text(config, "keys.dir")),
        text(config, "gateway.public-host"),
        text(config, "gateway.internal-host-pattern"),
        text(config, "gateway.private-host"),
        duration(config, "session.lifetime", Duration.ofSeconds(1)),
        duration(config, "upstream.check-interval", Duration.ofSeconds(1)),
        list(optional(config, "mcp.allowed-origins")),
        number(config, "mcp.max-streams", 1, 1 << 20),
        duration(config, "mcp.heartbeat", Duration.ofMillis(100)),
        duration(config, "shutdown.drain", Duration.ZERO),
        duration(config, "shutdown.grace", Duration.ZERO));
  }

  private static Map<String, String> arguments(String... arguments) {
    Map<String, String> values = new HashMap<>();
    for (String argument : arguments) {
      int equals = argument.indexOf('=');
      if (!argument.startsWith("--") || equals < 3) {
        throw new InvalidSettingsException(
            "Argument %s is not understood. Write --key=value.".formatted(argument));
      }
      values.put(argument.substring(2, equals), argument.substring(equals + 1));
    }
    return values;
  }

  private static String optional(Config config, String key) {
    return config.get(key).asString().orElse("").strip();
  }

  private static String text(Config config, String key) {
    String value = optional(config, key);
    if (value.isEmpty()) {
      throw new InvalidSettingsException(
          "Setting %1$s is missing. Pass --%1$s=VALUE.".formatted(key));
    }
    return value;
  }

  private static List<String> list(String text) {
    return Arrays.stream(text.split(",", -1))
        .map(String::strip)
        .filter(item -> !item.isEmpty())
        .toList();
  }

  private static int number(Config config, String key, int min, int max) {
    try {
      int value = Integer.parseInt(text(config, key));
      if (value >= min && value <= max) {
        return value;
      }
    } catch (NumberFormatException ignored) {
      // falls through to the one message about numbers
    }
    throw new InvalidSettingsException(
        "Setting %s must be a number from %d to %d.".formatted(key, min, max));
  }

  private static Duration duration(Config config, String key, Duration atLeast) {
    try {
      Duration value = Duration.parse(text(config, key));
      if (value.compareTo(atLeast) >= 0) {
        return value;
      }
    } catch (DateTimeParseException ignored) {
      // falls through to the one message about durations
    }
    throw new InvalidSettingsException(
        "Setting %s must be an ISO 8601 duration such as PT10S, at least %s."
            .formatted(key, atLeast));
  }
}
