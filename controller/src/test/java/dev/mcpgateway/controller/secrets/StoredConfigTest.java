package dev.mcpgateway.controller.secrets;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpgateway.broker.api.config.GatewayConfig;
import dev.mcpgateway.broker.api.config.VirtualServerConfig;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import java.time.Instant;
import java.util.Base64;
import java.util.Map;
import org.junit.jupiter.api.Test;

class StoredConfigTest {
  private static final String DOCUMENT =
      "servers: []\nvirtualServers:\n- name: n/v\n  tools:\n  - a\n";

  @Test
  void aDocumentIsReadWhenSomebodyAsksAndThenOnlyOnce() {
    StoredConfig stored = stored(DOCUMENT);
    assertThat(stored).isEqualTo(stored(DOCUMENT)).hasSameHashCodeAs(stored(DOCUMENT));
    assertThat(stored).isNotEqualTo(stored(DOCUMENT + " "));
    assertThat(stored.toString()).doesNotContain("n/v");
    assertThat(stored.hash()).hasSize(64);
    assertThat(stored.text().isRead()).isFalse();
    GatewayConfig config = stored.config();
    assertThat(config.virtualServers())
        .extracting(VirtualServerConfig::name)
        .containsExactly("n/v");
    assertThat(stored.config()).isSameAs(config);
    assertThat(stored.text().isRead()).isTrue();
  }

  @Test
  void whatCannotBeReadSaysNothing() {
    assertThat(stored("servers: [[[").config()).isEqualTo(GatewayConfig.EMPTY);
  }

  private static StoredConfig stored(String document) {
    Secret secret =
        new SecretBuilder()
            .withNewMetadata()
            .withNamespace("n")
            .withName("mcp-gateway-config")
            .withResourceVersion("1")
            .endMetadata()
            .withData(Map.of("config.yaml", base64(document), "version", base64("5")))
            .build();
    return StoredConfig.of(secret, Instant.parse("2026-01-01T00:00:00Z"));
  }

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(UTF_8));
  }
}
