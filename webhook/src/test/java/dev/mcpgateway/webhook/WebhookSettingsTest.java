package dev.mcpgateway.webhook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mcpgateway.controller.api.ObjectKey;
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

  private static WebhookSettings load(String... more) {
    List<String> arguments = new ArrayList<>(List.of(REQUIRED));
    arguments.addAll(List.of(more));
    return WebhookSettings.load(arguments.toArray(String[]::new));
  }
}
