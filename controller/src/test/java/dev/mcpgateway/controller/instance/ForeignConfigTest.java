package dev.mcpgateway.controller.instance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpgateway.controller.secrets.StoredConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class ForeignConfigTest {
  @Test
  void whatSomebodyHasPutWhereThereIsNoExtensionIsNotEvenRead() throws IOException {
    assertThat(stored("secret-without-version-and-extension-is-not-ours"))
        .isNotEmpty()
        .noneMatch(config -> config.text().isRead());
    assertThat(stored("nothing-to-do")).isNotEmpty().allMatch(config -> config.text().isRead());
  }

  private static List<StoredConfig> stored(String scenario) throws IOException {
    return Scenario.outlook(Path.of("src/test/resources/scenarios", scenario))
        .instances()
        .values()
        .stream()
        .map(inputs -> inputs.storedConfig())
        .filter(Objects::nonNull)
        .toList();
  }
}
