package dev.mcpgateway.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BrokerSettingsTest {
  private static final List<String> REQUIRED =
      List.of(
          "--config.file=/c/config.yaml",
          "--keys.dir=/k",
          "--gateway.public-host=gw.example.com",
          "--gateway.internal-host-pattern=*.mcp.local",
          "--gateway.private-host=gw:8080");

  @Test
  void everythingElseHasADefault() {
    BrokerSettings settings = BrokerSettings.load(REQUIRED.toArray(String[]::new));
    assertThat(settings.bindAddress()).isEqualTo("0.0.0.0");
    assertThat(settings.httpPort()).isEqualTo(8080);
    assertThat(settings.grpcPort()).isEqualTo(50051);
    assertThat(settings.configFile()).isEqualTo(Path.of("/c/config.yaml"));
    assertThat(settings.versionFile()).isNull();
    assertThat(settings.sessionLifetime()).isEqualTo(Duration.ofHours(24));
    assertThat(settings.checkInterval()).isEqualTo(Duration.ofSeconds(60));
    assertThat(settings.allowedOrigins()).isEmpty();
    assertThat(settings.grace()).isGreaterThanOrEqualTo(Duration.ofSeconds(15));
  }

  @Test
  void argumentsWin() {
    BrokerSettings settings =
        with(
            "--http.port=0",
            "--config.version-file=/c/version",
            "--mcp.allowed-origins=https://a.example, https://b.example,",
            "--session.lifetime=PT1M");
    assertThat(settings.httpPort()).isZero();
    assertThat(settings.versionFile()).isEqualTo(Path.of("/c/version"));
    assertThat(settings.allowedOrigins()).containsExactly("https://a.example", "https://b.example");
    assertThat(settings.sessionLifetime()).isEqualTo(Duration.ofMinutes(1));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "config.file",
        "keys.dir",
        "gateway.public-host",
        "gateway.internal-host-pattern",
        "gateway.private-host"
      })
  void aMissingSettingIsNamedWithItsRemedy(String key) {
    String[] arguments =
        REQUIRED.stream().filter(a -> !a.startsWith("--" + key + "=")).toArray(String[]::new);
    assertThatThrownBy(() -> BrokerSettings.load(arguments))
        .isInstanceOf(InvalidSettingsException.class)
        .hasMessage("Setting %1$s is missing. Pass --%1$s=VALUE.".formatted(key));
  }

  @ParameterizedTest
  @CsvSource({
    "--http.port=x,http.port must be a number from 0 to 65535",
    "--grpc.port=70000,grpc.port must be a number from 0 to 65535",
    "--session.lifetime=24h,session.lifetime must be an ISO 8601 duration",
    "--upstream.check-interval=PT0S,upstream.check-interval must be an ISO 8601 duration",
    "http.port=1,Argument http.port=1 is not understood",
    "--verbose,Argument --verbose is not understood"
  })
  void aWrongSettingIsNamed(String argument, String message) {
    assertThatThrownBy(() -> with(argument))
        .isInstanceOf(InvalidSettingsException.class)
        .hasMessageContaining(message);
  }

  private static BrokerSettings with(String... more) {
    List<String> arguments = new ArrayList<>(REQUIRED);
    arguments.addAll(List.of(more));
    return BrokerSettings.load(arguments.toArray(String[]::new));
  }
}
