package dev.mcpgateway.broker.backend;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.mcpgateway.broker.api.config.ServerConfig;
import dev.mcpgateway.broker.backend.Opening.Failed;
import dev.mcpgateway.broker.backend.Opening.Opened;
import dev.mcpgateway.broker.backend.Opening.Refused;
import dev.mcpgateway.broker.route.ClientAuthorization;
import dev.mcpgateway.broker.route.Fixtures;
import dev.mcpgateway.broker.route.RequestHead;
import dev.mcpgateway.broker.route.ServerSession;
import dev.mcpgateway.broker.session.ProofVerdict.Granted;
import dev.mcpgateway.broker.session.RouterTokens;
import dev.mcpgateway.broker.session.SessionVerdict;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import org.assertj.core.groups.Tuple;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The opener against a server, without the gateway between them; the catalogue's row X28. */
class HairpinTest {
  private static final String RESULT =
      "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{\"capabilities\":{\"x\":[{}]},\"protocolVersion\":\"2025-06-18\"}}";
  private static final ServerConfig SERVER =
      new ServerConfig(
          "team-a/weather",
          "https://elsewhere/v1/mcp?t=a",
          "weather.team-a.mcp.local",
          "",
          null,
          true);

  private final RouterTokens tokens =
      new RouterTokens(Fixtures.keys(), Fixtures.PUBLIC_HOST, Clock.systemUTC());
  private final Queue<Seen> seen = new ConcurrentLinkedQueue<>();
  private final CountDownLatch release = new CountDownLatch(1);
  private HttpServer server = start();
  private Answer onInitialize = http -> json(http, 200, RESULT);
  private Answer onOther = http -> json(http, 202, "");

  private record Seen(
      String method, String target, Map<String, List<String>> headers, String body) {
    String header(String name) {
      return String.join(",", headers.getOrDefault(name, List.of("absent")));
    }
  }

  private interface Answer {
    void to(HttpExchange http) throws IOException;
  }

  @BeforeEach
  void serve() {
    server.createContext(
        "/",
        http -> {
          String body = new String(http.getRequestBody().readAllBytes(), UTF_8);
          seen.add(
              new Seen(
                  http.getRequestMethod(),
                  http.getRequestURI().toString(),
                  Map.copyOf(http.getRequestHeaders()),
                  body));
          (body.contains("\"initialize\"") ? onInitialize : onOther).to(http);
          http.close();
        });
    server.start();
  }

  @AfterEach
  void stop() {
    release.countDown();
    server.stop(0);
  }

  @Test
  void aSessionIsOpenedWithAProofForItsHost() throws InterruptedException {
    onInitialize =
        http -> {
          http.getResponseHeaders().add("Mcp-Session-Id", "backend-1");
          json(http, 200, RESULT);
        };
    assertThat(open()).isEqualTo(new Opened(new ServerSession("backend-1", "2025-06-18")));
    assertThat(seen)
        .extracting(Seen::method, Seen::target)
        .containsOnly(Tuple.tuple("POST", "/v1/mcp?t=a"))
        .hasSize(2);
    Seen initialize = seen.remove();
    assertThat(initialize.body()).contains("\"protocolVersion\":\"2025-03-26\"");
    assertThat(initialize.header("Mcp-init-host")).isEqualTo("weather.team-a.mcp.local");
    assertThat(tokens.verify(initialize.header("Router-key"), "weather.team-a.mcp.local"))
        .isEqualTo(new Granted("weather.team-a.mcp.local", "team-a/weather", "initialize"));
    assertThat(initialize.header("Mcp-session-id")).isEqualTo("absent");
    Seen initialized = seen.remove();
    assertThat(initialized.body()).contains("notifications/initialized");
    assertThat(initialized.header("Mcp-session-id")).isEqualTo("backend-1");
    assertThat(initialized.header("Mcp-protocol-version")).isEqualTo("2025-06-18");
    assertThat(tokens.verify(initialized.header("Router-key"), "weather.team-a.mcp.local"))
        .isInstanceOf(Granted.class);
  }

  @Test
  void onlyTheAllowedHeadersOfTheCallAreShared() throws InterruptedException {
    RequestHead call =
        Fixtures.head(
            "POST",
            "h",
            "/mcp",
            false,
            "cookie",
            "c",
            "authorization",
            "Bearer c",
            "traceparent",
            "00-1",
            "accept-encoding",
            "br",
            "x-forwarded-for",
            "1.2.3.4");
    assertThat(CallerHeaders.of(call, SERVER, ClientAuthorization.STRIP).values())
        .containsOnlyKeys("traceparent");
    assertThat(CallerHeaders.of(call, SERVER, ClientAuthorization.KEEP).values())
        .containsEntry("authorization", "Bearer c");
    assertThat(CallerHeaders.of(call, Fixtures.FILES, ClientAuthorization.KEEP).values())
        .containsEntry("authorization", "Bearer f1les");
    assertThat(open()).isInstanceOf(Opened.class);
    assertThat(seen.remove().header("Accept-encoding")).isEqualTo("absent");
  }

  @Test
  void aServerWithoutSessionsIsOne() throws InterruptedException {
    assertThat(open()).isEqualTo(new Opened(new ServerSession(null, "2025-06-18")));
  }

  @Test
  void theAnswerMayComeAsAStreamThatNeverEnds() throws InterruptedException {
    onInitialize =
        http -> {
          http.getResponseHeaders().add("Content-Type", "text/event-stream");
          http.sendResponseHeaders(200, 0);
          http.getResponseBody()
              .write(
                  ("id: 1\ndata:\n\ndata: {\"jsonrpc\":\"2.0\",\"method\":\"notifications/message\"}\n\ndata: "
                          + RESULT
                          + "\n\n")
                      .getBytes(UTF_8));
          http.getResponseBody().flush();
          waitForRelease();
        };
    assertThat(open()).isInstanceOf(Opened.class);
  }

  @ParameterizedTest
  @ValueSource(ints = {401, 403})
  void aChallengeIsHandedOn(int status) throws InterruptedException {
    onInitialize =
        http -> {
          http.getResponseHeaders().add("WWW-Authenticate", "Bearer scope=\"x\"");
          json(http, status, "");
        };
    assertThat(open())
        .isEqualTo(new Refused(status, Map.of("www-authenticate", "Bearer scope=\"x\"")));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          404 | {}                                                                    | initialize was answered with HTTP 404
          500 | {}                                                                    | initialize was answered with HTTP 500
          302 | {}                                                                    | initialize was answered with HTTP 302
          200 | nonsense                                                              | not answered with a result
          200 | {"jsonrpc":"2.0","id":1,"error":{"code":-32022,"message":"s3cr3t"}}   | not answered with a result
          200 | {"jsonrpc":"2.0","id":2,"result":{"protocolVersion":"2025-06-18"}}    | not answered with a result
          200 | {"jsonrpc":"2.0","id":1,"result":{"protocolVersion":"2026-07-28"}}    | unsupported protocol version
          200 | {"jsonrpc":"2.0","id":1,"result":{}}                                  | unsupported protocol version
          """)
  void anAnswerThatIsNoSessionFails(int status, String body, String reason)
      throws InterruptedException {
    onInitialize =
        http -> {
          http.getResponseHeaders().add("Location", "http://169.254.169.254/");
          json(http, status, body);
        };
    assertThat(open())
        .isInstanceOfSatisfying(Failed.class, f -> assertThat(f.reason()).contains(reason));
    assertThat(seen).as("a redirect is not followed").hasSize(1);
  }

  @Test
  void aSessionIdThatIsNoHeaderValueFails() throws InterruptedException {
    onInitialize =
        http -> {
          http.getResponseHeaders().add("Mcp-Session-Id", "a b");
          json(http, 200, RESULT);
        };
    assertThat(open()).isInstanceOf(Failed.class);
  }

  @Test
  void aServerThatRefusesTheNotificationFails() throws InterruptedException {
    onOther = http -> json(http, 500, "");
    assertThat(open())
        .isEqualTo(new Failed("notifications/initialized was answered with HTTP 500"));
  }

  @Test
  void anUnreachableGatewayFails() throws InterruptedException {
    String address = address();
    server.stop(0);
    server = start();
    assertThat(new Hairpin(address, tokens).open(SERVER, null, CallerHeaders.credentialOf(SERVER)))
        .isInstanceOf(Failed.class);
  }

  @Test
  void aCredentialThatIsNoHeaderValueFailsWithoutBeingQuoted() throws InterruptedException {
    ServerConfig bad =
        new ServerConfig("a/b", "http://h/mcp", "h.team-a.mcp.local", "", "Bearer a\nb", true);
    assertThat(new Hairpin(address(), tokens).open(bad, null, CallerHeaders.credentialOf(bad)))
        .isEqualTo(new Failed("the server's credential is no header value"));
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aServerThatDripsOrIsSilentIsCutAtTheDeadline(boolean drip) throws InterruptedException {
    onInitialize =
        http -> {
          if (drip) {
            http.getResponseHeaders().add("Content-Type", "text/event-stream");
            http.sendResponseHeaders(200, 0);
            http.getResponseBody().write(": wait\n".getBytes(UTF_8));
            http.getResponseBody().flush();
          }
          waitForRelease();
        };
    BackendSessions sessions =
        new BackendSessions(
            new Hairpin(address(), tokens),
            10,
            Duration.ofMillis(300),
            Clock.systemUTC(),
            new SimpleMeterRegistry());
    var client = new SessionVerdict.Valid("s", Instant.MAX, null, null);
    assertThat(sessions.session(client, SERVER, CallerHeaders.credentialOf(SERVER)))
        .isEqualTo(new Opening.TimedOut());
  }

  @Test
  void endingASessionIsADeleteWithItsId() throws InterruptedException {
    new Hairpin(address(), tokens)
        .end(
            SERVER,
            new ServerSession("backend-1", "2025-06-18"),
            CallerHeaders.credentialOf(SERVER));
    Seen delete = seen.remove();
    assertThat(delete.method()).isEqualTo("DELETE");
    assertThat(delete.header("Mcp-session-id")).isEqualTo("backend-1");
    assertThat(tokens.verify(delete.header("Router-key"), "weather.team-a.mcp.local"))
        .isEqualTo(new Granted("weather.team-a.mcp.local", "team-a/weather", "DELETE"));
  }

  private Opening open() throws InterruptedException {
    return new Hairpin(address(), tokens)
        .open(SERVER, "2025-03-26", CallerHeaders.credentialOf(SERVER));
  }

  private String address() {
    return "127.0.0.1:" + server.getAddress().getPort();
  }

  private void waitForRelease() {
    try {
      release.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void json(HttpExchange http, int status, String body) throws IOException {
    byte[] bytes = body.getBytes(UTF_8);
    http.getResponseHeaders().add("Content-Type", "application/json");
    http.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
    http.getResponseBody().write(bytes);
  }

  private static HttpServer start() {
    try {
      HttpServer server =
          HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
      server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
      return server;
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
