package dev.mcpgateway.broker.api.config;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConfigCodecTest {
  private static final ServerConfig WEATHER =
      new ServerConfig(
          "team-a/weather",
          "http://weather.team-a.svc.cluster.local:9090/mcp",
          "weather.team-a.mcp.local",
          "wx_",
          "Bearer s3cr3t",
          true);
  private static final ServerConfig PLAIN =
      new ServerConfig("team-a/plain", "https://plain.example.com/mcp", "plain", "", null, false);
  private static final VirtualServerConfig SUBSET =
      new VirtualServerConfig("team-a/subset", List.of("wx_today", "123"));

  @Test
  void everyChangeOfAServerIsAnotherFingerprintAndNoneShowsTheCredential() {
    List<ServerConfig> different =
        List.of(
            new ServerConfig("a/b", "http://x/", "h", "p_", null, true),
            new ServerConfig("a/c", "http://x/", "h", "p_", null, true),
            new ServerConfig("a/b", "http://x/y", "h", "p_", null, true),
            new ServerConfig("a/b", "http://x/", "i", "p_", null, true),
            new ServerConfig("a/b", "http://x/", "h", "q_", null, true),
            new ServerConfig("a/b", "http://x/", "h", "p_", "", true),
            new ServerConfig("a/b", "http://x/", "h", "p_", "s3cr3t", true),
            new ServerConfig("a/b", "http://x/", "h", "p_", null, false));
    assertThat(different.stream().map(ServerConfig::fingerprint).distinct()).hasSize(8);
    assertThat(different.getFirst().fingerprint())
        .isEqualTo(new ServerConfig("a/b", "http://x/", "h", "p_", null, true).fingerprint())
        .matches("[0-9a-f]{64}");
  }

  @Test
  void whatIsWrittenIsReadBack() {
    GatewayConfig config = new GatewayConfig(List.of(WEATHER, PLAIN), List.of(SUBSET));
    assertThat(ConfigCodec.read(ConfigCodec.write(config))).isEqualTo(config);
  }

  @Test
  void theOrderOfTheInputDoesNotChangeTheBytes() {
    GatewayConfig one = new GatewayConfig(List.of(WEATHER, PLAIN), List.of());
    GatewayConfig other = new GatewayConfig(List.of(PLAIN, WEATHER), List.of());
    assertThat(ConfigCodec.write(one)).isEqualTo(ConfigCodec.write(other));
  }

  @Test
  void theDocumentIsTheOneTheGuideDescribes() {
    assertThat(new String(ConfigCodec.write(new GatewayConfig(List.of(WEATHER), List.of())), UTF_8))
        .isEqualTo(
            """
            servers:
            - name: "team-a/weather"
              url: "http://weather.team-a.svc.cluster.local:9090/mcp"
              hostname: "weather.team-a.mcp.local"
              toolPrefix: "wx_"
              credential: "Bearer s3cr3t"
              enabled: true
            virtualServers: []
            """);
  }

  @Test
  void anEmptyConfigurationIsAnExplicitDocument() {
    assertThat(new String(ConfigCodec.write(GatewayConfig.EMPTY), UTF_8))
        .isEqualTo("servers: []\nvirtualServers: []\n");
  }

  @Test
  void unknownFieldsOfANewerControllerAreIgnored() {
    assertThat(
            ConfigCodec.read(
                "servers: []\nvirtualServers: []\nfuture: {deep: [1]}\n".getBytes(UTF_8)))
        .isEqualTo(GatewayConfig.EMPTY);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          ''                                                              | must be a mapping
          [1]                                                             | must be a mapping
          servers: 3                                                      | servers must be a list
          servers: [{name: x}]                                            | servers[0].name must be namespace/name
          servers: [{url: x}]                                             | servers[0].name is missing
          servers: [{name: a/b, url: 'ftp://x/'}]                         | servers[0].url must be an absolute http
          servers: [{name: a/b, url: 'http://u:p@x/'}]                    | servers[0].url must be an absolute http
          servers: [{name: a/b, url: 'http://x/'}]                        | servers[0].hostname is missing
          servers: [{name: a/b, url: 'http://x/', hostname: h, enabled: 1}] | servers[0].enabled must be true or false
          servers: [{name: a/b, name: a/c}]                               | not a YAML document
          virtualServers: [{name: a/b, tools: [{}]}]                      | virtualServers[0].tools[0] must be a string
          virtualServers: [{name: a/b}, {name: a/b}]                      | virtualServers[1].name repeats a/b
          servers: [                                                      | not a YAML document
          """)
  void aBadDocumentIsRefusedWithItsField(String document, String message) {
    assertThatThrownBy(() -> ConfigCodec.read(document.getBytes(UTF_8)))
        .isInstanceOf(InvalidConfigException.class)
        .hasMessageContaining(message);
  }

  @Test
  void aHalfWrittenDocumentNeverLeaksItsCredential() {
    byte[] half = "servers:\n- name: a/b\n  credential: \"Bearer s3cr3t\n".getBytes(UTF_8);
    assertThatThrownBy(() -> ConfigCodec.read(half))
        .isInstanceOf(InvalidConfigException.class)
        .hasMessageNotContaining("s3cr3t");
  }

  @Test
  void theCredentialIsNotPartOfTheText() {
    assertThat(WEATHER.toString()).doesNotContain("s3cr3t").contains("credential=present");
  }
}
