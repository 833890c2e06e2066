package dev.mcpgateway.broker.upstream;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpExchange;
import dev.mcpgateway.broker.api.config.GatewayConfig;
import dev.mcpgateway.broker.api.config.ServerConfig;
import dev.mcpgateway.broker.catalog.CatalogTool;
import dev.mcpgateway.broker.catalog.LiveCatalog;
import dev.mcpgateway.broker.fake.FakeMcpServer;
import dev.mcpgateway.broker.fake.FreePort;
import dev.mcpgateway.broker.upstream.UpstreamState.Condition;
import dev.mcpgateway.broker.upstream.UpstreamState.Condition.Down;
import dev.mcpgateway.broker.upstream.UpstreamState.Condition.Up;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class UpstreamSetTest {
  private final LiveCatalog catalog = new LiveCatalog();

  /** Patient: most tests count requests, and one that took too long would be repeated. */
  private UpstreamSet set = set(Duration.ofSeconds(10));

  @AfterEach
  void stop() {
    set.close();
  }

  @ParameterizedTest
  @CsvSource({"true,true", "true,false", "false,true", "false,false"})
  void theToolsOfAServerAreServedWhateverItsDialect(boolean sse, boolean sessions) {
    try (FakeMcpServer server = FakeMcpServer.start("today", "tomorrow")) {
      server.sse = sse;
      server.withSessions = sessions;
      set.apply(config(registration("a/wx", server, "wx_")));
      await().untilAsserted(() -> assertThat(served()).containsExactly("wx_today", "wx_tomorrow"));
      assertThat(condition("a/wx")).isEqualTo(new Up("2025-11-25", List.of()));
      await().untilAsserted(() -> assertThat(server.openStreams()).isEqualTo(1));
      assertThat(server.requests)
          .startsWith("initialize", "notifications/initialized", "tools/list");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"2025-06-18", "2025-03-26", "2024-11-05"})
  void olderRevisionsAreSpoken(String version) {
    try (FakeMcpServer server = FakeMcpServer.start("a")) {
      server.version = version;
      set.apply(config(registration("a/old", server, "")));
      await().untilAsserted(() -> assertThat(served()).containsExactly("a"));
      assertThat(condition("a/old")).isEqualTo(new Up(version, List.of()));
      assertThat(server.headers.getLast().getFirst("Mcp-Protocol-Version")).isEqualTo(version);
    }
  }

  @Test
  void anUnknownRevisionIsNamed() {
    try (FakeMcpServer server = FakeMcpServer.start("a")) {
      server.version = "2020-01-01";
      set.apply(config(registration("a/broken", server, "")));
      await()
          .untilAsserted(() ->
              assertThat(reason("a/broken"))
                  .contains("unsupported protocol version: \"2020-01-01\""));
      assertThat(served()).isEmpty();
    }
  }

  @Test
  void aServerWithoutSessionsOfTheNewestRevisionIsNamed() {
    try (FakeMcpServer server = FakeMcpServer.start("a")) {
      server.trick =
          (method, exchange) -> {
            FakeMcpServer.send(
                exchange,
                400,
                "application/json",
                "{\"jsonrpc\":\"2.0\",\"id\":1,\"error\":{\"code\":-32022,\"message\":\"m\",\"data\":{\"supported\":[\"2026-07-28\"]}}}");
            return true;
          };
      set.apply(config(registration("a/modern", server, "")));
      await()
          .untilAsserted(() ->
              assertThat(reason("a/modern"))
                  .contains("unsupported protocol version")
                  .contains("the server supports 2026-07-28"));
    }
  }

  @Test
  void allPagesAreRead() {
    try (FakeMcpServer server = FakeMcpServer.start("a", "b", "c", "d", "e")) {
      server.pageSize = 2;
      set.apply(config(registration("a/paged", server, "")));
      await().untilAsserted(() -> assertThat(served()).hasSize(5));
      assertThat(server.count("tools/list")).isEqualTo(3);
    }
  }

  @Test
  void aServerThatIsNotThereIsTriedUntilItIs() {
    int port = FreePort.choose();
    ServerConfig late = registration("a/late", "http://127.0.0.1:%d/mcp".formatted(port), "", null);
    set.apply(config(late));
    await().untilAsserted(() -> assertThat(reason("a/late")).isEqualTo("connection refused"));
    try (FakeMcpServer server = FakeMcpServer.startOn(port, "a")) {
      await().untilAsserted(() -> assertThat(served()).containsExactly("a"));
      assertThat(server.count("initialize")).isEqualTo(1);
    }
    await().untilAsserted(() -> assertThat(served()).isEmpty());
    await().untilAsserted(() -> assertThat(reason("a/late")).isEqualTo("connection refused"));
    try (FakeMcpServer server = FakeMcpServer.startOn(port, "a", "b")) {
      await().untilAsserted(() -> assertThat(served()).containsExactly("a", "b"));
      assertThat(server.count("initialize")).isEqualTo(1);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {404, 400})
  void aForgottenSessionIsOpenedAgainWithoutTakingTheToolsOut(int status) {
    AtomicInteger changes = new AtomicInteger();
    catalog.onListChange(changes::incrementAndGet);
    try (FakeMcpServer server = FakeMcpServer.start("a")) {
      server.unknownSessionStatus = status;
      set.apply(config(registration("a/s", server, "")));
      await().untilAsserted(() -> assertThat(server.openStreams()).isEqualTo(1));
      server.forgetSessions();
      server.announceChange();
      await().untilAsserted(() -> assertThat(server.count("initialize")).isEqualTo(2));
      await().untilAsserted(() -> assertThat(server.openStreams()).isEqualTo(1));
      assertThat(served()).containsExactly("a");
      assertThat(changes).hasValue(1);
    }
  }

  @Test
  void anAnnouncedChangeIsReadAtOnceAndAStormOfThemOnlyAFewTimes() {
    try (FakeMcpServer server = FakeMcpServer.start("a")) {
      set.apply(config(registration("a/s", server, "")));
      await().untilAsserted(() -> assertThat(server.openStreams()).isEqualTo(1));
      server.tools.add(FakeMcpServer.tool("b"));
      for (int i = 0; i < 1000; i++) {
        server.announceChange();
      }
      await().untilAsserted(() -> assertThat(served()).containsExactly("a", "b"));
      assertThat(server.count("tools/list")).isLessThan(30);
    }
  }

  @Test
  void aChangedDescriptionReachesTheCatalogue() {
    try (FakeMcpServer server = FakeMcpServer.start("a")) {
      set.apply(config(registration("a/s", server, "")));
      await().untilAsserted(() -> assertThat(server.openStreams()).isEqualTo(1));
      server.tools.set(0, "{\"name\":\"a\",\"description\":\"new\"}");
      server.announceChange();
      await()
          .untilAsserted(() ->
              assertThat(new String(catalog.get().tools().getFirst().definition().bytes(), UTF_8))
                  .contains("new"));
    }
  }

  @Test
  void aPingOnTheStreamIsAnsweredAndOtherRequestsAreDeclined() {
    try (FakeMcpServer server = FakeMcpServer.start("a")) {
      set.apply(config(registration("a/s", server, "")));
      await().untilAsserted(() -> assertThat(server.openStreams()).isEqualTo(1));
      server.broadcast("{\"jsonrpc\":\"2.0\",\"id\":0,\"method\":\"ping\"}");
      server.broadcast("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"roots/list\"}");
      server.broadcast("not json");
      await().untilAsserted(() -> assertThat(server.count("response")).isEqualTo(2));
    }
  }

  @Test
  void aServerWithoutAStreamIsServedAllTheSame() {
    try (FakeMcpServer server = FakeMcpServer.start("a")) {
      server.offersStream = false;
      set.apply(config(registration("a/s", server, "")));
      await().untilAsserted(() -> assertThat(server.count("GET")).isEqualTo(1));
      assertThat(served()).containsExactly("a");
    }
  }

  @Test
  void aRegistrationThatGoesTakesItsToolsAndItsSessionWithIt() {
    try (FakeMcpServer one = FakeMcpServer.start("a");
        FakeMcpServer two = FakeMcpServer.start("b")) {
      set.apply(config(registration("a/1", one, ""), registration("a/2", two, "")));
      await().untilAsserted(() -> assertThat(served()).containsExactly("a", "b"));
      set.apply(config(registration("a/2", two, "")));
      assertThat(served()).containsExactly("b");
      await().untilAsserted(() -> assertThat(one.count("DELETE")).isEqualTo(1));
      await().untilAsserted(() -> assertThat(one.openStreams()).isZero());
      assertThat(two.count("initialize")).isEqualTo(1);
      assertThat(set.snapshot().states()).containsOnlyKeys("a/2");
    }
  }

  @Test
  void aStartWaitsForAnswersButNotForEver() throws InterruptedException {
    try (FakeMcpServer good = FakeMcpServer.start("a");
        FakeMcpServer silent = FakeMcpServer.start("b")) {
      silent.trick = (method, exchange) -> silent.closedWithin(Duration.ofMinutes(1));
      set.apply(config(registration("a/1", good, ""), registration("a/2", silent, "")));
      set.awaitFirstAnswers(Duration.ofMillis(1));
      set.awaitFirstAnswers(Duration.ofMinutes(1));
      assertThat(served()).containsExactly("a");
      assertThat(condition("a/2")).isInstanceOf(Down.class);
    }
  }

  @Test
  void anImpossibleUrlIsNamed() {
    set.apply(config(registration("a/s", "http://127.0.0.1:99999/mcp", "", null)));
    await().untilAsserted(() -> assertThat(reason("a/s")).isEqualTo("the URL cannot be used"));
  }

  @Test
  void aServerThatHangsUpIsSaidToHaveDoneSo() {
    try (FakeMcpServer server = FakeMcpServer.start("a")) {
      server.trick =
          (method, exchange) -> {
            exchange.close();
            return true;
          };
      set.apply(config(registration("a/s", server, "")));
      await()
          .untilAsserted(
              () -> assertThat(reason("a/s")).isEqualTo("connection closed without an answer"));
    }
  }

  @Test
  void aDisabledRegistrationIsNotContacted() {
    try (FakeMcpServer server = FakeMcpServer.start("a")) {
      set.apply(config(new ServerConfig("a/off", server.url(), "h", "", null, false)));
      assertThat(served()).isEmpty();
      assertThat(server.requests).isEmpty();
    }
  }

  @Test
  void anotherUrlOrCredentialIsUsedAtOnceAndTheToolsStayMeanwhile() {
    try (FakeMcpServer old = FakeMcpServer.start("a");
        FakeMcpServer moved = FakeMcpServer.start("a", "b")) {
      var checked = new CompletableFuture<Boolean>();
      moved.trick = (method, exchange) -> checked.join();
      set.apply(config(registration("a/s", old, "")));
      await().untilAsserted(() -> assertThat(served()).containsExactly("a"));
      ServerConfig next = registration("a/s", moved.url(), "", "Bearer t0p\n");
      set.apply(config(next));
      assertThat(served()).containsExactly("a");
      CatalogTool tool = catalog.get().find("a");
      assertThat(tool).isNotNull();
      assertThat(tool.server()).isEqualTo(next);
      checked.complete(false);
      await().untilAsserted(() -> assertThat(served()).containsExactly("a", "b"));
      assertThat(moved.headers)
          .allMatch(headers -> "Bearer t0p".equals(headers.getFirst("Authorization")));
    }
  }

  @Test
  void anotherPrefixTakesTheOldNamesOutAtOnce() {
    try (FakeMcpServer server = FakeMcpServer.start("a")) {
      set.apply(config(registration("a/s", server, "old_")));
      await().untilAsserted(() -> assertThat(served()).containsExactly("old_a"));
      set.apply(config(registration("a/s", server, "new_")));
      assertThat(served()).doesNotContain("old_a");
      await().untilAsserted(() -> assertThat(served()).containsExactly("new_a"));
    }
  }

  @Test
  void aCredentialThatIsNoHeaderValueIsRefusedWithoutQuotingIt() {
    try (FakeMcpServer server = FakeMcpServer.start("a")) {
      set.apply(config(registration("a/s", server.url(), "", "Bearer s3\ncr3t")));
      await()
          .untilAsserted(
              () -> assertThat(reason("a/s")).contains("credential").doesNotContain("cr3t"));
    }
  }

  @ParameterizedTest
  @CsvSource({"401,application/json", "200,application/json", "200,text/Bearer s3cr3t-token"})
  void aServerThatQuotesTheCredentialDoesNotPublishIt(int status, String type) {
    try (FakeMcpServer server = FakeMcpServer.start("a")) {
      server.trick =
          (method, exchange) -> {
            FakeMcpServer.send(
                exchange,
                status,
                type,
                "{\"jsonrpc\":\"2.0\",\"id\":1,\"error\":{\"code\":-1,\"message\":\"bad: %s\"}}"
                    .formatted(exchange.getRequestHeaders().getFirst("Authorization")));
            return true;
          };
      set.apply(config(registration("a/s", server.url(), "", "Bearer s3cr3t-token")));
      await()
          .untilAsserted(
              () -> assertThat(reason("a/s")).contains("[credential]").doesNotContain("s3cr3t"));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "401,credential",
    "403,credential",
    "302,redirects are not followed",
    "500,HTTP 500",
    "204,instead of an answer"
  })
  void aBadStatusIsNamed(int status, String expected) {
    try (FakeMcpServer server = FakeMcpServer.start("a")) {
      server.trick =
          (method, exchange) -> {
            exchange.getResponseHeaders().set("Location", "http://169.254.169.254/");
            FakeMcpServer.send(exchange, status, "text/plain", "");
            return true;
          };
      set.apply(config(registration("a/s", server, "")));
      await().untilAsserted(() -> assertThat(reason("a/s")).contains(expected));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "null",
        "[]",
        "{}",
        "hello",
        "{\"jsonrpc\":\"2.0\",\"id\":99,\"result\":{}}",
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":3}",
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{}}",
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"error\":{\"code\":-1,\"message\":\"no\"}}",
        "\u0000"
      })
  void anAnswerThatIsNoneIsRefusedInBothShapes(String body) {
    try (FakeMcpServer json = FakeMcpServer.start("a");
        FakeMcpServer sse = FakeMcpServer.start("a")) {
      json.trick = (method, exchange) -> always(exchange, "application/json", body);
      sse.trick =
          (method, exchange) -> always(exchange, "text/event-stream", "data: " + body + "\n\n");
      set.apply(config(registration("a/json", json, "j_"), registration("a/sse", sse, "s_")));
      await().untilAsserted(() -> assertThat(condition("a/json")).isInstanceOf(Down.class));
      await().untilAsserted(() -> assertThat(condition("a/sse")).isInstanceOf(Down.class));
      assertThat(served()).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"application/json", "text/event-stream"})
  void aServerThatDripsOrStaysSilentIsCutAtTheDeadlineAndHarmsNoOther(String type) {
    set.close();
    set = set(Duration.ofSeconds(1));
    try (FakeMcpServer slow = FakeMcpServer.start("a");
        FakeMcpServer silent = FakeMcpServer.start("b");
        FakeMcpServer good = FakeMcpServer.start("c")) {
      slow.trick = (method, exchange) -> drip(slow, exchange, type);
      silent.trick = (method, exchange) -> silent.closedWithin(Duration.ofMinutes(1));
      set.apply(
          config(
              registration("a/1-slow", slow, ""),
              registration("a/2-silent", silent, ""),
              registration("a/3-good", good, "")));
      await().untilAsserted(() -> assertThat(served()).containsExactly("c"));
      await()
          .untilAsserted(
              () -> assertThat(reason("a/1-slow")).isEqualTo("no complete answer within 1 s"));
      await()
          .untilAsserted(
              () -> assertThat(reason("a/2-silent")).isEqualTo("no complete answer within 1 s"));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"application/json", "text/event-stream"})
  void aHugeAnswerIsRefused(String type) {
    try (FakeMcpServer server = FakeMcpServer.start("a")) {
      server.trick =
          (method, exchange) -> {
            exchange.getResponseHeaders().set("Content-Type", type);
            exchange.sendResponseHeaders(200, 0);
            byte[] chunk = ("data: {\"x\":\"" + "x".repeat(1 << 20)).getBytes(UTF_8);
            for (int i = 0; i < 100; i++) {
              exchange.getResponseBody().write(chunk);
            }
            return true;
          };
      set.apply(config(registration("a/s", server, "")));
      await()
          .untilAsserted(() -> assertThat(reason("a/s")).containsAnyOf("too large", "larger than"));
    }
  }

  @Test
  void aConflictIsReportedAndTheRestIsServed() {
    try (FakeMcpServer one = FakeMcpServer.start("time");
        FakeMcpServer two = FakeMcpServer.start("time", "more")) {
      set.apply(config(registration("a/1", one, ""), registration("a/2", two, "")));
      // Which of the two answers first is open: until both have, there is no conflict.
      await()
          .untilAsserted(() -> {
            assertThat(served()).containsExactly("more", "time");
            assertThat(set.snapshot().conflicts()).containsEntry("a/2", List.of("time"));
          });
      set.apply(config(registration("a/1", one, ""), registration("a/2", two, "b_")));
      await()
          .untilAsserted(() -> {
            assertThat(served()).containsExactly("b_more", "b_time", "time");
            assertThat(set.snapshot().conflicts()).isEmpty();
          });
    }
  }

  /** Retries fast, and gives up on a request after this long. */
  private UpstreamSet set(Duration requestTimeout) {
    var limits =
        new UpstreamLimits(
            Duration.ofSeconds(10),
            requestTimeout,
            Duration.ofSeconds(60),
            Duration.ofMillis(50),
            Duration.ofMillis(200),
            Duration.ofMillis(50));
    return new UpstreamSet(limits, Clock.systemUTC(), new Random(3), catalog);
  }

  private static boolean always(HttpExchange exchange, String type, String body)
      throws IOException {
    FakeMcpServer.send(exchange, 200, type, body);
    return true;
  }

  private static boolean drip(FakeMcpServer server, HttpExchange exchange, String type)
      throws IOException {
    exchange.getResponseHeaders().set("Content-Type", type);
    exchange.sendResponseHeaders(200, 0);
    try (OutputStream out = exchange.getResponseBody()) {
      while (!server.closedWithin(Duration.ofMillis(20))) {
        out.write(' ');
        out.flush();
      }
    }
    return true;
  }

  private List<String> served() {
    return catalog.get().tools().stream().map(CatalogTool::servedName).toList();
  }

  private @Nullable Condition condition(String server) {
    UpstreamState state = set.snapshot().states().get(server);
    return state == null ? null : state.condition();
  }

  private String reason(String server) {
    return condition(server) instanceof Down(String reason) ? reason : "";
  }

  private static GatewayConfig config(ServerConfig... servers) {
    return new GatewayConfig(List.of(servers), List.of());
  }

  private static ServerConfig registration(String name, FakeMcpServer server, String prefix) {
    return registration(name, server.url(), prefix, null);
  }

  private static ServerConfig registration(
      String name, String url, String prefix, @Nullable String credential) {
    return new ServerConfig(name, url, "host.mcp.local", prefix, credential, true);
  }
}
