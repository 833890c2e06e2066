package dev.mcpgateway.webhook;

import dev.mcpgateway.controller.api.ObjectKey;
import io.helidon.config.Config;
import io.helidon.config.ConfigSources;
import java.nio.file.Path;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Start-up settings; {@code application.yaml} documents every key. Arguments win over environment
 * variables, those over the defaults.
 *
 * @param tlsSecret where replicas keep their certificates, also the namespace of the Service
 * @param serviceName the Service through which the API server calls
 * @param webhookConfiguration name of the ValidatingWebhookConfiguration to keep
 * @param certificateFolder with certificates that somebody else issues, empty when the webhook does
 * @param promote whether the failure policy is raised to {@code Fail} after a self-test
 */
record WebhookSettings(
    String bindAddress,
    int tlsPort,
    int maxConnections,
    int managementPort,
    ObjectKey tlsSecret,
    String serviceName,
    String webhookConfiguration,
    Optional<Path> certificateFolder,
    boolean promote,
    Duration promotionInterval,
    Duration caLifetime,
    Duration leafLifetime,
    Duration overlap,
    Duration checkInterval,
    Duration bodyDeadline,
    int concurrency,
    Duration drainPeriod,
    Duration shutdownGrace) {

  private static final Duration SHORTEST_INTERVAL = Duration.ofMillis(100);

  /** A hundred years: certificates end before the year 10000 (RFC 5280, section 4.1.2.5). */
  private static final Duration LONGEST_LIFETIME = Duration.ofDays(36_500);

  /**
   * Reads the settings.
   *
   * @throws InvalidSettingsException for the first one that is missing or wrong
   */
  static WebhookSettings load(String... arguments) {
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
    lifetimes(config);
    return new WebhookSettings(
        text(config, "bind.address"),
        number(config, "tls.port", 0, 65535),
        number(config, "tls.max-connections", 1, 1 << 20),
        number(config, "management.port", 0, 65535),
        new ObjectKey(text(config, "tls.secret-namespace"), text(config, "tls.secret-name")),
        text(config, "tls.service-name"),
        text(config, "webhook-configuration"),
        config.get("tls.certificate-folder").asString().filter(f -> !f.isBlank()).map(Path::of),
        flag(config, "promotion.enabled"),
        interval(config, "promotion.check-interval"),
        duration(config, "certificate.ca-lifetime"),
        duration(config, "certificate.leaf-lifetime"),
        duration(config, "certificate.overlap"),
        interval(config, "certificate.check-interval"),
        duration(config, "admission.body-deadline"),
        number(config, "admission.concurrency", 1, 1 << 16),
        duration(config, "shutdown.drain"),
        duration(config, "shutdown.grace"));
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

  private static String text(Config config, String key) {
    String value = config.get(key).asString().orElse("").strip();
    if (value.isEmpty()) {
      throw new InvalidSettingsException(
          "Setting %1$s is missing. Pass --%1$s=VALUE.".formatted(key));
    }
    return value;
  }

  private static boolean flag(Config config, String key) {
    return switch (text(config, key)) {
      case "true" -> true;
      case "false" -> false;
      default ->
          throw new InvalidSettingsException("Setting %s must be true or false.".formatted(key));
    };
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

  private static Duration duration(Config config, String key) {
    try {
      Duration value = Duration.parse(text(config, key));
      if (!value.isNegative()) {
        return value;
      }
    } catch (DateTimeParseException ignored) {
      // falls through to the one message about durations
    }
    throw new InvalidSettingsException(
        "Setting %s must be an ISO 8601 duration such as PT10S.".formatted(key));
  }

  /** How often something is looked at: not without a pause. */
  private static Duration interval(Config config, String key) {
    Duration value = duration(config, key);
    if (value.compareTo(SHORTEST_INTERVAL) < 0) {
      throw new InvalidSettingsException(
          "Setting %s must be at least %s.".formatted(key, SHORTEST_INTERVAL));
    }
    return value;
  }

  /**
   * What is renewed after two thirds of its life has the last third for it: the overlap, and a look
   * before and after it.
   */
  private static void lifetimes(Config config) {
    Duration overlap = duration(config, "certificate.overlap");
    Duration interval = interval(config, "certificate.check-interval");
    for (String key : List.of("certificate.ca-lifetime", "certificate.leaf-lifetime")) {
      Duration lifetime = duration(config, key);
      if (lifetime.compareTo(LONGEST_LIFETIME) > 0) {
        throw new InvalidSettingsException(
            "Setting %s must be at most %s.".formatted(key, LONGEST_LIFETIME));
      }
      if (lifetime.dividedBy(3).minus(overlap).dividedBy(2).compareTo(interval) < 0) {
        throw new InvalidSettingsException(
            ("Setting %s is %s, and a third of that is too short for certificate.overlap (%s) and two"
                    + " rounds of certificate.check-interval (%s). Make it longer or those shorter.")
                .formatted(key, lifetime, overlap, interval));
      }
    }
  }
}
