package dev.mcpgateway.broker;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.mcpgateway.broker.api.config.ConfigCodec;
import dev.mcpgateway.broker.api.config.GatewayConfig;
import dev.mcpgateway.broker.api.config.ServerConfig;
import dev.mcpgateway.broker.fake.FakeMcpServer;
import dev.mcpgateway.broker.fake.RawHttp;
import dev.mcpgateway.broker.fake.RawHttp.Answer;
import dev.mcpgateway.broker.session.KeyRing;
import io.grpc.ManagedChannel;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BrokerTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final byte[] KEY = new byte[32];

  private final Path folder;
  private final Broker broker;

  BrokerTest(@TempDir Path folder) {
    this.folder = folder;
    this.broker = new Broker(settings(folder), keys(), Clock.systemUTC());
  }

  @AfterEach
  void stop() {
    broker.close();
  }

  @Test
  void aBrokerWithoutAConfigurationIsReadyAndServesNothing() throws Exception {
    broker.start();
    assertThat(get("/readyz").status()).isEqualTo(200);
    assertThat(get("/healthz").status()).isEqualTo(200);
    assertThat(JSON.readTree(get("/status").body()).path("overallValid").asBoolean()).isTrue();
    assertThat(list()).isEmpty();
  }

  @Test
  void whatIsRegisteredIsListedAndReported() throws Exception {
    try (FakeMcpServer server = FakeMcpServer.start("today")) {
      write(
          server("team-a/wx", server.url(), "wx_"), server("team-a/x", "http://127.0.0.1:1/", ""));
      broker.start();
      await().untilAsserted(() -> assertThat(list()).containsExactly("wx_today"));
      await().untilAsserted(() -> assertThat(get("/status").body()).contains("connection refused"));
      JsonNode status = JSON.readTree(get("/status/team-a/wx").body());
      assertThat(status.path("id").asText()).isEqualTo("team-a/wx:wx_:host.mcp.local");
      assertThat(status.path("ready").asBoolean()).isTrue();
      assertThat(status.path("totalTools").asInt()).isEqualTo(1);
      assertThat(status.path("message").asText())
          .isEqualTo("server added successfully. Total tools added 1");
      assertThat(status.path("lastValidated").asText()).matches("\\d{4}-.*Z");
      assertThat(get("/status/team-a/none").status()).isEqualTo(404);
      assertThat(get("/metrics").body())
          .contains("mcp_broker_upstream_up{server=\"team-a/wx\"} 1.0")
          .contains("mcp_broker_upstream_up{server=\"team-a/x\"} 0.0")
          .contains("mcp_broker_tools 1.0");
    }
  }

  @Test
  void aNewConfigurationIsFollowedAndABrokenOneIsNot() throws Exception {
    try (FakeMcpServer server = FakeMcpServer.start("today")) {
      broker.start();
      write(server("team-a/wx", server.url(), "wx_"));
      await().untilAsserted(() -> assertThat(list()).containsExactly("wx_today"));
      Files.writeString(folder.resolve("config.yaml"), "servers: [");
      await()
          .untilAsserted(() ->
              assertThat(JSON.readTree(get("/status").body()).at("/config/error").asText())
                  .contains("not a YAML document"));
      assertThat(list()).containsExactly("wx_today");
      assertThat(get("/readyz").status()).isEqualTo(200);
      write();
      await().untilAsserted(() -> assertThat(list()).isEmpty());
    }
  }

  @Test
  void aConfigurationThatWasNeverUsableKeepsItOutOfService() throws Exception {
    Files.writeString(folder.resolve("config.yaml"), "servers: [");
    broker.start();
    assertThat(get("/readyz").status()).isEqualTo(503);
    assertThat(get("/readyz").body()).contains("no usable configuration");
    assertThat(get("/healthz").status()).isEqualTo(200);
    write();
    await().untilAsserted(() -> assertThat(get("/readyz").status()).isEqualTo(200));
  }

  @Test
  void theRouterListensToo() throws Exception {
    broker.start();
    ManagedChannel channel =
        NettyChannelBuilder.forAddress("127.0.0.1", broker.grpcPort()).usePlaintext().build();
    try {
      assertThat(
              HealthGrpc.newBlockingStub(channel)
                  .withDeadlineAfter(30, TimeUnit.SECONDS)
                  .check(HealthCheckRequest.getDefaultInstance())
                  .getStatus())
          .isEqualTo(ServingStatus.SERVING);
    } finally {
      channel.shutdownNow();
    }
  }

  @Test
  void aPortThatIsTakenIsNoStart() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        Broker second =
            new Broker(settings(folder, taken.getLocalPort()), keys(), Clock.systemUTC())) {
      assertThatIllegalStateException()
          .isThrownBy(second::start)
          .withMessageContaining("could not be opened");
    }
  }

  @Test
  void onlyGetIsForStatusAndOtherPathsAreNotThere() throws Exception {
    broker.start();
    Answer posted =
        RawHttp.send(broker.httpPort(), "POST /status", List.of("Host: x"), new byte[0]);
    assertThat(posted.status()).isEqualTo(405);
    assertThat(get("/").status()).isEqualTo(404);
    assertThat(get("/status/a").status()).isEqualTo(405);
  }

  private Answer get(String path) throws IOException {
    return RawHttp.send(broker.httpPort(), "GET " + path, List.of("Host: localhost"), new byte[0]);
  }

  private List<String> list() throws IOException {
    String session =
        post("initialize", "{\"protocolVersion\":\"2025-11-25\"}", "X: y").header("Mcp-Session-Id");
    Answer answer = post("tools/list", "{}", "Mcp-Session-Id: " + session);
    return JSON.readTree(answer.body()).at("/result/tools").findValuesAsText("name");
  }

  private Answer post(String method, String params, String header) throws IOException {
    return RawHttp.send(
        broker.httpPort(),
        "POST /mcp",
        List.of("Host: localhost", "Content-Type: application/json", "Accept: */*", header),
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"%s\",\"params\":%s}"
            .formatted(method, params)
            .getBytes(UTF_8));
  }

  private void write(ServerConfig... servers) throws IOException {
    Files.write(
        folder.resolve("config.yaml"),
        ConfigCodec.write(new GatewayConfig(List.of(servers), List.of())));
  }

  private static ServerConfig server(String name, String url, String prefix) {
    return new ServerConfig(name, url, "host.mcp.local", prefix, null, true);
  }

  private static Supplier<KeyRing> keys() {
    KeyRing keys = new KeyRing(KEY, KEY, KEY);
    return () -> keys;
  }

  private static BrokerSettings settings(Path folder) {
    return settings(folder, 0);
  }

  private static BrokerSettings settings(Path folder, int httpPort) {
    return new BrokerSettings(
        "127.0.0.1",
        httpPort,
        100,
        0,
        folder.resolve("config.yaml"),
        null,
        folder,
        "localhost",
        "*.mcp.local",
        "127.0.0.1:1",
        Duration.ofHours(1),
        Duration.ofSeconds(60),
        List.of(),
        10,
        Duration.ofSeconds(20),
        Duration.ZERO,
        Duration.ofSeconds(5));
  }
}
