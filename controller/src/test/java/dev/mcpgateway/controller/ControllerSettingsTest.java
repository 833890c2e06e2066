package dev.mcpgateway.controller;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ControllerSettingsTest {
  @Test
  void argumentsTakePrecedenceOverTheDefaults() {
    ControllerSettings settings =
        ControllerSettings.read(
            List.of("--namespace=mcp-system", "--management.port=0", "--bind.address=127.0.0.1"));
    assertThat(settings.namespace()).isEqualTo("mcp-system");
    assertThat(settings.managementPort()).isZero();
    assertThat(settings.bind().isLoopbackAddress()).isTrue();
    assertThat(settings.lease()).isEqualTo("mcp-controller");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          --lease.name=x                          | namespace is missing; pass --namespace=… or set NAMESPACE
          --namespace=n --management.port=http    | management.port must be a number from 0 to 65535
          --namespace=n --management.port=70000   | management.port must be a number from 0 to 65535
          --namespace=n --workers=0               | workers must be a number from 1 to 64
          --namespace=n --lease.name=             | lease.name is missing; pass --lease.name=… or set LEASE_NAME
          --namespace=n --bind.address=no_such_%  | bind.address 'no_such_%' is no address
          --namespace                             | argument '--namespace' is not understood; write --key=value
          namespace=n                             | argument 'namespace=n' is not understood
          """)
  void aWrongSettingIsNamedWithItsRemedy(String arguments, String message) {
    assertThatThrownBy(() -> ControllerSettings.read(List.of(arguments.split(" +"))))
        .isInstanceOf(SettingsException.class)
        .hasMessageStartingWith(message);
  }
}
