package dev.mcpgateway.controller;

import io.helidon.config.Config;
import io.helidon.config.ConfigException;
import io.helidon.config.ConfigSources;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * How the controller is started. Each setting comes from the first of: an argument {@code
 * --key=value}, an environment variable ({@code lease.name} is {@code LEASE_NAME}), the defaults in
 * {@code application.yaml}.
 *
 * @param bind address of the management listener
 * @param managementPort 0 for any free one
 * @param namespace of the Lease: the controller's own
 * @param lease name of the Lease
 * @param workers passes at once
 */
record ControllerSettings(
    InetAddress bind, int managementPort, String namespace, String lease, int workers) {

  /** Reads the settings; throws {@link SettingsException} with a message for whoever starts it. */
  static ControllerSettings read(List<String> arguments) {
    Config config =
        Config.builder()
            .disableEnvironmentVariablesSource()
            .disableSystemPropertiesSource()
            .sources(
                ConfigSources.create(parse(arguments)).build(),
                ConfigSources.environmentVariables(),
                ConfigSources.classpath("application.yaml").build())
            .build();
    return new ControllerSettings(
        address(required(config, "bind.address")),
        number(config, "management.port", 0, 65535),
        required(config, "namespace"),
        required(config, "lease.name"),
        number(config, "workers", 1, 64));
  }

  private static Map<String, String> parse(List<String> arguments) {
    Map<String, String> parsed = new LinkedHashMap<>();
    for (String argument : arguments) {
      int equals = argument.indexOf('=');
      if (!argument.startsWith("--") || equals < 3) {
        throw new SettingsException(
            "argument '%s' is not understood; write --key=value".formatted(argument));
      }
      parsed.put(argument.substring(2, equals), argument.substring(equals + 1));
    }
    return parsed;
  }

  private static String required(Config config, String key) {
    String value = config.get(key).asString().orElse("");
    if (value.isBlank()) {
      throw new SettingsException("%s is missing; pass %s".formatted(key, ways(key)));
    }
    return value.strip();
  }

  private static int number(Config config, String key, int least, int most) {
    try {
      int value = config.get(key).asInt().orElse(-1);
      if (value >= least && value <= most) {
        return value;
      }
    } catch (ConfigException e) {
      // No number: the same message.
    }
    throw new SettingsException(
        "%s must be a number from %d to %d; pass %s".formatted(key, least, most, ways(key)));
  }

  private static InetAddress address(String value) {
    try {
      return InetAddress.getByName(value);
    } catch (UnknownHostException e) {
      throw new SettingsException(
          "bind.address '%s' is no address; pass %s".formatted(value, ways("bind.address")));
    }
  }

  private static String ways(String key) {
    return "--%s=… or set %s".formatted(key, key.replace('.', '_').toUpperCase(Locale.ROOT));
  }
}
