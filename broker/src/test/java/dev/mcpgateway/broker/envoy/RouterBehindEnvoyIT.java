package dev.mcpgateway.broker.envoy;

import static dev.mcpgateway.broker.route.Fixtures.PUBLIC_HOST;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mcpgateway.broker.backend.BackendSessions;
import dev.mcpgateway.broker.envoy.HttpStub.Arrived;
import dev.mcpgateway.broker.envoy.RawHttp.Response;
import dev.mcpgateway.broker.extproc.ExtProcService;
import dev.mcpgateway.broker.extproc.GrpcListener;
import dev.mcpgateway.broker.extproc.RouterParts;
import dev.mcpgateway.broker.fake.FreePort;
import dev.mcpgateway.broker.route.ClientAuthorization;
import dev.mcpgateway.broker.route.Fixtures;
import dev.mcpgateway.broker.route.GatewayHosts;
import dev.mcpgateway.broker.route.Router;
import dev.mcpgateway.broker.route.RouterSettings;
import dev.mcpgateway.broker.session.KeyRing;
import dev.mcpgateway.broker.session.RouterTokens;
import dev.mcpgateway.broker.session.SessionTokens;
import dev.mcpgateway.broker.session.SessionVerdict.Valid;
import io.helidon.webserver.WebServer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Requests of real clients through a real Envoy with the chart's filter. Row numbers are the
 * catalogue's. After every test Envoy must not have received a message it did not expect.
 */
class RouterBehindEnvoyIT {
  private static final String JSON = "Content-Type: application/json";
  private static final byte[] NOTHING = {};

  @TempDir private Path folder = Path.of("");

  private final Clock clock = Clock.systemUTC();
  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final SessionTokens sessions =
      new SessionTokens(Fixtures.keys(), PUBLIC_HOST, Duration.ofHours(1), clock);
  private final RouterTokens tokens = new RouterTokens(Fixtures.keys(), PUBLIC_HOST, clock);
  private final McpServerStub mcp = new McpServerStub();
  private final List<AutoCloseable> running = new ArrayList<>();
  private HttpStub broker = stub((request, http) -> HttpStub.json(http, 200, "{}"));
  private HttpStub weather = stub(mcp);
  private HttpStub files = stub(mcp);
  private HttpStub foreign = stub((request, http) -> HttpStub.json(http, 200, "{}"));
  private int port;
  private BackendSessions backends = backends("127.0.0.1:1");
  private @Nullable EnvoyProcess started;

  @BeforeEach
  void start() throws IOException {
    port = FreePort.choose();
    String privateHost = "127.0.0.1:" + port;
    backends = backends(privateHost);
    RouterParts parts =
        new RouterParts(
            new Router(
                RouterSettings.of(
                    new GatewayHosts(PUBLIC_HOST, Fixtures.INTERNAL_HOSTS, privateHost))),
            () -> Fixtures.CATALOG,
            sessions,
            tokens,
            backends,
            ClientAuthorization.STRIP);
    WebServer router =
        WebServer.builder()
            .from(GrpcListener.config("127.0.0.1", 0, new ExtProcService(parts, meters)))
            .shutdownGracePeriod(Duration.ofMillis(100))
            .build()
            .start();
    running.add(router::stop);
    started =
        EnvoyProcess.start(
            folder,
            port,
            Map.of(
                "EXT_PROC", router.port(),
                "BROKER", broker.port(),
                "WEATHER", weather.port(),
                "FILES", files.port(),
                "FOREIGN", foreign.port()));
  }

  @AfterEach
  void stop() throws Exception {
    try (EnvoyProcess envoy = envoy()) {
      assertThat(envoy.isAlive()).isTrue();
      assertThat(envoy.stat("ext_proc.spurious_msgs_received")).isZero();
      assertThat(envoy.stat("ext_proc.rejected_header_mutations")).isZero();
      assertThat(envoy.stat("ext_proc.streams_failed")).isZero();
    } finally {
      for (AutoCloseable each : running) {
        each.close();
      }
    }
  }

  @Test
  void aCallReachesItsServerUnderTheToolsOwnName() throws IOException {
    String body =
        "{ \"params\":{\"arguments\":{\"city\":\"Zürich 😀\",\"n\":[9007199254740993,1e400,-0]}, \"name\" :\"%s\"},\"id\":\"a\\u0062\",\"x\":1, \"method\":\"tools/call\",\"jsonrpc\":\"2.0\"}";
    String session = session();
    Response response =
        post(body.formatted("wx_now").getBytes(UTF_8), session, "Authorization: Bearer client");
    assertThat(response.status()).isEqualTo(200);
    assertThat(response.body()).contains("\"content\":[]");
    assertThat(response.header("mcp-session-id")).isEqualTo(session);
    Arrived call = last(weather);
    assertThat(call.body()).isEqualTo(body.formatted("now"));
    assertThat(call.target()).isEqualTo("/v1/mcp?tenant=a");
    assertThat(call.header("host")).isEqualTo("weather.team-a.mcp.local");
    assertThat(call.header("mcp-session-id")).isEqualTo("server-session-1");
    assertThat(call.header("mcp-protocol-version")).isEqualTo("2025-06-18");
    assertThat(call.header("x-mcp-toolname")).isEqualTo("now");
    assertThat(call.header("x-mcp-servername")).isEqualTo("team-a/weather");
    assertThat(call.header("x-mcp-method")).isEqualTo("tools/call");
    assertThat(call.header("x-mcp-annotation-hints")).startsWith("readOnly=true,");
    assertThat(call.header("authorization")).isEqualTo("absent");
    assertThat(broker.arrived).isEmpty();
  }

  @Test
  void theSessionIsOpenedThroughTheGatewayOnceAndShared() throws Exception {
    String session = session();
    for (int i = 0; i < 3; i++) {
      assertThat(call("wx_now", session).status()).isEqualTo(200);
    }
    assertThat(mcp.initialized).hasValue(1);
    Arrived initialize = weather.arrived.peek();
    assertThat(initialize).isNotNull();
    assertThat(initialize.header("host")).isEqualTo("weather.team-a.mcp.local");
    assertThat(initialize.target()).isEqualTo("/v1/mcp?tenant=a");
    assertThat(initialize.header("x-mcp-method")).isEqualTo("initialize");
    assertThat(initialize.header("x-mcp-servername")).isEqualTo("team-a/weather");
    assertThat(initialize.header("router-key")).isEqualTo("absent");
    assertThat(initialize.header("mcp-init-host")).isEqualTo("absent");
    assertThat(call("wx_now", session()).status()).isEqualTo(200);
    assertThat(mcp.initialized).as("another client has its own session").hasValue(2);
  }

  @Test
  void x28AHundredFirstCallsOpenOneSession() throws Exception {
    String session = session();
    List<Integer> statuses = new ArrayList<>();
    try (ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Response>> calls = new ArrayList<>();
      for (int i = 0; i < 100; i++) {
        calls.add(clients.submit(() -> call("wx_now", session)));
      }
      for (Future<Response> call : calls) {
        statuses.add(call.get().status());
      }
    }
    assertThat(statuses).containsOnly(200);
    assertThat(mcp.initialized).hasValue(1);
  }

  @Test
  void x28WhatAServerSaysToTheOpeningReachesTheClient() throws IOException {
    weather.answer =
        (request, http) -> {
          http.getResponseHeaders().set("WWW-Authenticate", "Bearer scope=\"wx\"");
          HttpStub.json(http, 401, "");
        };
    Response challenge = call("wx_now", session());
    assertThat(challenge.status()).isEqualTo(401);
    assertThat(challenge.header("www-authenticate")).isEqualTo("Bearer scope=\"wx\"");
    weather.answer = (request, http) -> HttpStub.json(http, 500, "internal detail");
    Response failure = call("wx_now", session());
    assertThat(failure.status()).isEqualTo(502);
    assertThat(failure.header("content-type")).isEqualTo("application/json");
    assertThat(failure.body()).contains("\"id\":1").doesNotContain("internal detail");
    weather.close();
    assertThat(call("wx_now", session()).status()).isEqualTo(502);
  }

  @Test
  void x28ASilentServerIsA504BeforeEnvoysOwnDeadline() throws IOException {
    CountDownLatch release = new CountDownLatch(1);
    weather.answer =
        (request, http) -> {
          try {
            release.await();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        };
    try {
      Response response = call("wx_now", session());
      assertThat(response.status()).isEqualTo(504);
      assertThat(response.body()).contains("-32603");
    } finally {
      release.countDown();
    }
  }

  @Test
  void x29AServerThatLostItsSessionsGetsNewOnes() throws IOException {
    String session = session();
    assertThat(call("wx_now", session).status()).isEqualTo(200);
    mcp.sessions.clear();
    Response lost = call("wx_now", session);
    assertThat(lost.status()).isEqualTo(200);
    assertThat(lost.body()).contains("-32603").contains("\"id\":1");
    assertThat(call("wx_now", session).body()).contains("\"content\":[]");
    assertThat(mcp.initialized).hasValue(2);
  }

  @Test
  void theSessionsWithServersEndWithTheClients() throws IOException {
    String session = session();
    assertThat(call("wx_now", session).status()).isEqualTo(200);
    assertThat(call("read", session).status()).isEqualTo(200);
    assertThat(mcp.sessions).hasSize(2);
    assertThat(exchange("DELETE /mcp", PUBLIC_HOST, NOTHING, "Mcp-Session-Id: " + session).status())
        .isEqualTo(200);
    assertThat(last(broker).header("x-mcp-servername")).isEqualTo("mcpBroker");
    // What the broker does with the request.
    backends.close(((Valid) sessions.verify(session)).sessionId());
    await().untilAsserted(() -> assertThat(mcp.sessions).isEmpty());
  }

  @Test
  void aServersCredentialGoesToItAndNowhereElse() throws IOException {
    assertThat(call("read", session(), "Authorization: Bearer client").status()).isEqualTo(200);
    assertThat(files.arrived)
        .isNotEmpty()
        .allSatisfy(
            request -> assertThat(request.header("authorization")).isEqualTo("Bearer f1les"));
  }

  @Test
  void otherRequestsReachTheBrokerUnchanged() throws IOException {
    String body = "{\"jsonrpc\":\"2.0\", \"id\":1 ,\"method\":\"tools/list\"}";
    assertThat(post(body.getBytes(UTF_8), session(), "Authorization: Bearer client").status())
        .isEqualTo(200);
    Arrived list = last(broker);
    assertThat(list.body()).isEqualTo(body);
    assertThat(list.header("x-mcp-method")).isEqualTo("tools/list");
    assertThat(list.header("x-mcp-servername")).isEqualTo("mcpBroker");
    assertThat(list.header("authorization")).isEqualTo("Bearer client");
    assertThat(exchange("GET /mcp", PUBLIC_HOST + ":8080", NOTHING).status()).isEqualTo(200);
    assertThat(last(broker).method()).isEqualTo("GET");
  }

  @Test
  void aForeignHostIsUntouched() throws IOException {
    byte[] body = "no JSON at all".getBytes(UTF_8);
    Response response =
        exchange(
            "POST /mcp",
            "app.example.com",
            body,
            "x-mcp-toolname: theirs",
            "router-key: theirs",
            "mcp-session-id: a",
            "mcp-session-id: b");
    assertThat(response.status()).isEqualTo(200);
    Arrived arrived = last(foreign);
    assertThat(arrived.body()).isEqualTo("no JSON at all");
    assertThat(arrived.header("x-mcp-toolname")).isEqualTo("theirs");
    assertThat(arrived.header("router-key")).isEqualTo("theirs");
    assertThat(arrived.header("x-mcp-servername")).isEqualTo("absent");
  }

  @Test
  void x25NoClientReachesAServersHost() throws IOException {
    String body = "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"}";
    for (String host :
        List.of(
            "weather.team-a.mcp.local",
            "WEATHER.team-a.mcp.local:" + port,
            "weather.team-a.mcp.local.")) {
      assertThat(exchange("GET /v1/mcp", host, NOTHING).status()).isEqualTo(200);
      assertThat(exchange("POST /mcp", host, body.getBytes(UTF_8), JSON).status()).isEqualTo(200);
      assertThat(exchange("POST /other", host, body.getBytes(UTF_8), JSON).status()).isEqualTo(200);
    }
    assertThat(broker.arrived).hasSize(9);
    assertThat(weather.arrived).isEmpty();
  }

  @Test
  void x23WhatAClientMustNotSayNeverArrives() throws IOException {
    String[] smuggled = {
      "X-Mcp-Toolname: a",
      "x-mcp-toolname: b",
      "x_mcp_toolname: c",
      "X-MCP-ServerName: team-a/other",
      "x-mcp-annotation-hints: readOnly=true",
      "x-mcp-authorized: yes",
      "router-key: forged",
      "mcp-init-host: weather.team-a.mcp.local",
      "Connection: x-mcp-toolname",
      "Cookie: c=1"
    };
    String body =
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":{\"name\":\"wx_now\"}}";
    assertThat(post(body.getBytes(UTF_8), session(), smuggled).status()).isEqualTo(200);
    Arrived call = last(weather);
    assertThat(call.header("x-mcp-toolname")).isEqualTo("now");
    assertThat(call.header("x-mcp-servername")).isEqualTo("team-a/weather");
    assertThat(call.header("x-mcp-annotation-hints")).doesNotContain("readOnly=true,readOnly");
    for (String name :
        List.of("x_mcp_toolname", "x-mcp-authorized", "router-key", "mcp-init-host", "cookie")) {
      assertThat(call.header(name)).isEqualTo("absent");
    }
    assertThat(exchange("GET /mcp", PUBLIC_HOST, NOTHING, smuggled).status()).isEqualTo(200);
    Arrived get = last(broker);
    assertThat(get.header("x-mcp-toolname")).isEqualTo("absent");
    assertThat(get.header("x-mcp-servername")).isEqualTo("mcpBroker");
  }

  @Test
  void x27AForgedProofOpensNothing() throws IOException {
    RouterTokens stranger =
        new RouterTokens(RouterBehindEnvoyIT::strangersKeys, PUBLIC_HOST, clock);
    String host = "weather.team-a.mcp.local";
    String used = tokens.issue(host, "team-a/weather", "initialize");
    assertThat(hairpin(host, used).status()).isEqualTo(200);
    assertThat(hairpin(host, used).status()).as("used before").isEqualTo(403);
    assertThat(hairpin(host, stranger.issue(host, "team-a/weather", "initialize")).status())
        .isEqualTo(403);
    assertThat(hairpin("files.team-a.mcp.local", tokens.issue(host, "a/b", "x")).status())
        .as("for another host")
        .isEqualTo(403);
    assertThat(weather.arrived).hasSize(1);
    assertThat(files.arrived).isEmpty();
  }

  @Test
  void x19To22ABadMessageIsABadRequestAndTheProcessLives() throws IOException {
    for (String body :
        List.of(
            "{",
            "null",
            "[]",
            "x",
            "{}",
            "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"method\":\"x\"}",
            "\ufeff{}",
            "\u0000",
            "[".repeat(5000),
            "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\"}")) {
      Response response = post(body.getBytes(UTF_8), session());
      assertThat(response.status()).isEqualTo(400);
      assertThat(response.header("content-type")).isEqualTo("application/json");
      assertThat(response.body()).startsWith("{\"jsonrpc\":\"2.0\",\"id\":");
    }
    assertThat(exchange("POST /mcp", PUBLIC_HOST, NOTHING, JSON, "Content-Length: 0").status())
        .isEqualTo(400);
    assertThat(exchange("POST /mcp", PUBLIC_HOST, "{}".getBytes(UTF_8)).status()).isEqualTo(415);
    assertThat(weather.arrived).isEmpty();
    assertThat(broker.arrived).isEmpty();
    assertThat(call("wx_now", session()).status()).isEqualTo(200);
  }

  @Test
  void aCallWithoutAUsableSessionIsRefused() throws IOException {
    byte[] body =
        "{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"tools/call\",\"params\":{\"name\":\"wx_now\"}}"
            .getBytes(UTF_8);
    assertThat(exchange("POST /mcp", PUBLIC_HOST, body, JSON).status()).isEqualTo(400);
    assertThat(post(body, "forged").status()).isEqualTo(404);
    assertThat(post(body, session(), "Mcp-Session-Id: second").status()).isEqualTo(400);
    Response unknown = call("no_such_tool", session());
    assertThat(unknown.status()).isEqualTo(200);
    assertThat(unknown.body()).contains("-32602").contains("no_such_tool");
    assertThat(weather.arrived).isEmpty();
  }

  @Test
  void x04ABodyBeyondEnvoysBufferIsRefusedAndSmallerOnesArrive() throws IOException {
    String session = session();
    assertThat(call("wx_now", session).status()).isEqualTo(200);
    String body =
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":{\"name\":\"wx_now\",\"arguments\":{\"s\":\"%s\"}}}";
    assertThat(post(body.formatted("x".repeat(900_000)).getBytes(UTF_8), session).status())
        .isEqualTo(200);
    assertThat(last(weather).body()).hasSizeGreaterThan(900_000);
    assertThat(post(body.formatted("x".repeat(1 << 20)).getBytes(UTF_8), session).status())
        .isEqualTo(413);
  }

  @Test
  void x30AToolNameThatIsNoHeaderValueIsNoFault() throws IOException {
    assertThat(call("odd", session()).status()).isEqualTo(200);
    assertThat(last(weather).header("x-mcp-toolname")).isEqualTo("=?base64?w7YNCng6IHk=?=");
    assertThat(call("a\\r\\nx: y", session()).status()).isEqualTo(200);
  }

  @Test
  void anAnswerThatIsAStreamArrivesWhileItIsWritten() throws IOException {
    String session = session();
    assertThat(call("wx_now", session).status()).isEqualTo(200);
    CountDownLatch seen = new CountDownLatch(1);
    weather.answer =
        (request, http) -> {
          http.getResponseHeaders().set("Content-Type", "text/event-stream");
          http.sendResponseHeaders(200, 0);
          http.getResponseBody().write("data: 1\n\n".getBytes(UTF_8));
          http.getResponseBody().flush();
          try {
            seen.await();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
          http.getResponseBody().write("data: 2\n\n".getBytes(UTF_8));
        };
    try (RawHttp client = new RawHttp(port)) {
      client.send("POST /mcp", PUBLIC_HOST, callBody("wx_now"), JSON, "Mcp-Session-Id: " + session);
      assertThat(client.receiveHead().status()).isEqualTo(200);
      assertThat(new String(client.chunk(), UTF_8)).isEqualTo("data: 1\n\n");
      // The stream still runs, and its ext_proc stream has ended long ago.
      await()
          .untilAsserted(
              () -> assertThat(meters.get("mcp_router_open_streams").gauge().value()).isZero());
      seen.countDown();
      assertThat(new String(client.chunk(), UTF_8)).isEqualTo("data: 2\n\n");
    }
  }

  @Test
  void manyRequestsShareEnvoysConnectionsAndNoneIsLost() throws Exception {
    String session = session();
    assertThat(call("wx_now", session).status()).isEqualTo(200);
    try (ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<?>> work = new ArrayList<>();
      for (int i = 0; i < 16; i++) {
        work.add(clients.submit(() -> manyRequests(session)));
      }
      for (Future<?> each : work) {
        each.get();
      }
    }
    // One connection per worker thread, and none was ever replaced.
    assertThat(envoy().stat("cluster.ext_proc.upstream_cx_total")).isLessThanOrEqualTo(2);
    assertThat(envoy().stat("cluster.ext_proc.upstream_cx_destroy")).isZero();
  }

  private void manyRequests(String session) {
    try (RawHttp client = new RawHttp(port)) {
      for (int i = 0; i < 100; i++) {
        client.send(
            "POST /mcp", PUBLIC_HOST, callBody("wx_now"), JSON, "Mcp-Session-Id: " + session);
        assertThat(client.receive().status()).isEqualTo(200);
        client.send("GET /mcp", PUBLIC_HOST, NOTHING);
        assertThat(client.receive().status()).isEqualTo(200);
        if (i % 10 == 0) {
          // On a connection of its own: Envoy closes it after an answer that is not a server's.
          Response bad = exchange("POST /mcp", PUBLIC_HOST, "{".getBytes(UTF_8), JSON);
          assertThat(bad.status()).isEqualTo(400);
        }
      }
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private Response hairpin(String host, String proof) throws IOException {
    return exchange(
        "POST /v1/mcp",
        "127.0.0.1:" + port,
        "{\"initialize\":1}".getBytes(UTF_8),
        JSON,
        "mcp-init-host: " + host,
        "router-key: " + proof);
  }

  private Response call(String tool, String session, String... headers) throws IOException {
    return post(callBody(tool), session, headers);
  }

  private Response post(byte[] body, String session, String... headers) throws IOException {
    String[] all = Arrays.copyOf(headers, headers.length + 2);
    all[headers.length] = JSON;
    all[headers.length + 1] = "Mcp-Session-Id: " + session;
    return exchange("POST /mcp", PUBLIC_HOST, body, all);
  }

  private Response exchange(String requestLine, String host, byte[] body, String... headers)
      throws IOException {
    try (RawHttp client = new RawHttp(port)) {
      client.send(requestLine, host, body, headers);
      return client.receive();
    }
  }

  private static byte[] callBody(String tool) {
    return "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":{\"name\":\"%s\"}}"
        .formatted(tool)
        .getBytes(UTF_8);
  }

  private static Arrived last(HttpStub stub) {
    return stub.arrived.stream().reduce((first, second) -> second).orElseThrow();
  }

  private String session() {
    return sessions.issue(null, null);
  }

  private EnvoyProcess envoy() {
    if (started == null) {
      throw new IllegalStateException("Envoy has not been started");
    }
    return started;
  }

  private BackendSessions backends(String privateHost) {
    return BackendSessions.throughGateway(privateHost, tokens, clock, new SimpleMeterRegistry());
  }

  private HttpStub stub(HttpStub.Answer answer) {
    try {
      HttpStub stub = new HttpStub(answer);
      running.add(stub);
      return stub;
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static KeyRing strangersKeys() {
    byte[] key = new byte[32];
    return new KeyRing(key, key, key);
  }
}
