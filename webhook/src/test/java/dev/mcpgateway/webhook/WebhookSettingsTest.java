package dev.mcpgateway.webhook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mcpgateway.controller.api.ObjectKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WebhookSettingsTest {
  private static final String[] REQUIRED = {
    "--tls.secret-namespace=mcp-system",
    "--tls.secret-name=webhook-tls",
    "--tls.service-name=webhook",
    "--webhook-configuration=mcp-webhook"
  };

  @Test
  void whatTheChartPassesIsEnough() {
    WebhookSettings settings = WebhookSettings.load(REQUIRED);
    assertThat(settings.tlsSecret()).isEqualTo(new ObjectKey("mcp-system", "webhook-tls"));
    assertThat(settings.tlsPort()).isEqualTo(9443);
    assertThat(settings.managementPort()).isEqualTo(8081);
    assertThat(settings.bindAddress()).isEqualTo("0.0.0.0");
    assertThat(settings.shutdownGrace()).isEqualTo(Duration.ofSeconds(15));
  }

  @Test
  void anArgumentWinsOverTheDefault() {
    assertThat(load("--tls.port=1", "--shutdown.drain=PT0S").tlsPort()).isEqualTo(1);
  }

  @Test
  void aMissingSettingIsNamedWithItsRemedy() {
    assertThatThrownBy(() -> WebhookSettings.load(Arrays.copyOf(REQUIRED, 3)))
        .isInstanceOf(InvalidSettingsException.class)
        .hasMessage(
            "Setting webhook-configuration is missing. Pass --webhook-configuration=VALUE.");
  }

  @ParameterizedTest
  @CsvSource({
    "--tls.port=many, Setting tls.port must be a number from 0 to 65535.",
    "--tls.port=65536, Setting tls.port must be a number from 0 to 65535.",
    "--shutdown.drain=5s, Setting shutdown.drain must be an ISO 8601 duration such as PT10S.",
    "tls.port=1, Argument tls.port=1 is not understood. Write --key=value."
  })
  void anUnusableSettingIsNamedWithItsRemedy(String argument, String message) {
    assertThatThrownBy(() -> load(argument))
        .isInstanceOf(InvalidSettingsException.class)
        .hasMessage(message);
  }

  @ParameterizedTest
  @CsvSource({
    "--certificate.leaf-lifetime=PT0S, certificate.leaf-lifetime is PT0S",
    "--certificate.leaf-lifetime=PT3H, certificate.leaf-lifetime is PT3H",
    "--certificate.ca-lifetime=PT0S, certificate.ca-lifetime is PT0S",
    "--certificate.overlap=P1217D, certificate.ca-lifetime is PT87600H",
    "--certificate.overlap=P122D, certificate.leaf-lifetime is PT8760H",
    "--certificate.check-interval=P61D, certificate.leaf-lifetime is PT8760H"
  })
  void aLifetimeWhoseLastThirdIsTooShortForARenewalIsNamedWithItsRemedy(
      String argument, String message) {
    assertThatThrownBy(() -> load(argument))
        .isInstanceOf(InvalidSettingsException.class)
        .hasMessageStartingWith("Setting " + message)
        .hasMessageContaining("certificate.overlap (")
        .hasMessageEndingWith("Make it longer or those shorter.");
  }

  @ParameterizedTest
  @CsvSource({
    "--certificate.check-interval=PT0S, Setting certificate.check-interval must be at least PT0.1S.",
    "--promotion.check-interval=PT0.0001S, Setting promotion.check-interval must be at least PT0.1S.",
    "--certificate.ca-lifetime=P36501D, Setting certificate.ca-lifetime must be at most PT876000H."
  })
  void whatIsTooShortOrTooLongIsNamedWithItsBound(String argument, String message) {
    assertThatThrownBy(() -> load(argument)).hasMessage(message);
  }

  @Test
  void theShortestLifetimeIsThreeOverlapsAndTheRoundsAroundThem() {
    String[] others = {"--certificate.overlap=PT1M", "--certificate.check-interval=PT10S"};
    assertThat(load(others[0], others[1], "--certificate.leaf-lifetime=PT4M").leafLifetime())
        .isEqualTo(Duration.ofMinutes(4));
    assertThatThrownBy(() -> load(others[0], others[1], "--certificate.leaf-lifetime=PT3M59S"))
        .isInstanceOf(InvalidSettingsException.class);
  }

  @Test
  void w23AWipedBundleIsRepairedWithinThirtySecondsInTheShippedInterval() throws IOException {
    // RotationIT proves that a round repairs it. At worst the round in which it is wiped has just
    // looked, and the one after fails with a call that is not answered.
    Duration unanswered = Duration.ofMillis(WebhookMain.REQUEST_TIMEOUT_MILLIS);
    assertThat(load().checkInterval().multipliedBy(2).plus(unanswered))
        .isLessThanOrEqualTo(Duration.ofSeconds(30));
    try (var renderings = Files.list(Path.of("../charts/mcp-gateway/tests"))) {
      assertThat(renderings.filter(file -> file.toString().endsWith(".yaml")))
          .isNotEmpty()
          .allSatisfy(rendering ->
              assertThat(rendering)
                  .content()
                  .as("the chart leaves the interval alone")
                  .doesNotContain("certificate.check-interval", "CERTIFICATE_CHECK"));
    }
  }

  private static WebhookSettings load(String... more) {
    List<String> arguments = new ArrayList<>(List.of(REQUIRED));
    arguments.addAll(List.of(more));
    return WebhookSettings.load(arguments.toArray(String[]::new));
  }
}
