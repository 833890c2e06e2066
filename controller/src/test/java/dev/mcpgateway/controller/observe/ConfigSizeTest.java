package dev.mcpgateway.controller.observe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpgateway.broker.api.config.ConfigCodec;
import dev.mcpgateway.broker.api.config.GatewayConfig;
import dev.mcpgateway.broker.api.config.ServerConfig;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ConfigSizeTest {
  @Test
  void c17TenThousandRegistrationsOfOneGatewayAreTooMuchAndOfFiveHundredAreNot() {
    assertThat(ConfigSize.tooLarge(config(10_000, ""))).isTrue();
    assertThat(ConfigSize.tooLarge(config(20, ""))).isFalse();
  }

  @Test
  void c17TheLimitIsThatOfTheDocumentToTheByte() {
    int fit = 1;
    while (ConfigCodec.write(config(fit + 500, "")).length <= ConfigSize.LIMIT) {
      fit += 500;
    }
    int room = ConfigSize.LIMIT - ConfigCodec.write(config(fit, "x")).length;
    GatewayConfig full = config(fit, "x" + "x".repeat(room));
    assertThat(ConfigCodec.write(full)).hasSize(ConfigSize.LIMIT);
    assertThat(ConfigSize.tooLarge(full)).isFalse();
    assertThat(ConfigSize.tooLarge(config(fit, "xx" + "x".repeat(room)))).isTrue();
  }

  /** Servers as the guide's, the first of them with a credential. */
  private static GatewayConfig config(int servers, String credential) {
    return new GatewayConfig(
        IntStream.range(0, servers)
            .mapToObj(i ->
                new ServerConfig(
                    "team-a/server-%05d".formatted(i),
                    "http://server-%05d.team-a.svc.cluster.local:9090/mcp".formatted(i),
                    "server-%05d.team-a.mcp.local".formatted(i),
                    "s%05d_".formatted(i),
                    i == 0 && !credential.isEmpty() ? credential : null,
                    true))
            .toList(),
        List.of());
  }
}
