package dev.mcpgateway.broker.mcp;

import static dev.mcpgateway.broker.mcp.McpEdge.request;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.mcpgateway.broker.fake.RawHttp;
import dev.mcpgateway.broker.fake.RawHttp.Answer;
import dev.mcpgateway.broker.wire.JsonLimits;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class McpRoutesTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private final McpEdge edge = new McpEdge(Duration.ofSeconds(20));

  @AfterEach
  void stop() {
    edge.close();
  }

  @ParameterizedTest
  @CsvSource({
    "2025-11-25,2025-11-25",
    "2025-06-18,2025-06-18",
    "2025-03-26,2025-03-26",
    "2024-11-05,2024-11-05",
    "2026-07-28,2025-11-25",
    "1,2025-11-25"
  })
  void initializeNegotiatesAndOpensASession(String requested, String answered) throws IOException {
    Answer answer =
        edge.post(request("initialize", "{\"protocolVersion\":\"%s\"}".formatted(requested)));
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.header("Content-Type")).isEqualTo("application/json");
    assertThat(answer.header("Mcp-Session-Id")).matches("[!-~]+");
    JsonNode result = json(answer).path("result");
    assertThat(result.path("protocolVersion").asText()).isEqualTo(answered);
    assertThat(result.at("/capabilities/tools/listChanged").asBoolean()).isTrue();
    assertThat(result.at("/serverInfo/version").asText()).isEqualTo("1.2.3");
  }

  @Test
  void aStaleSessionOnInitializeDoesNotMaskTheNewOne() throws IOException {
    Answer answer =
        edge.post(
            request("initialize", "{\"protocolVersion\":\"2025-11-25\"}"), "Mcp-Session-Id: stale");
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.header("Mcp-Session-Id")).isNotEmpty().isNotEqualTo("stale");
  }

  @Test
  void initializeWithoutAVersionIsRefused() throws IOException {
    Answer answer = edge.post(request("initialize", "{}"));
    assertError(answer, 200, -32602, "7");
    assertThat(answer.header("Mcp-Session-Id")).isEmpty();
  }

  @Test
  void pingIsAnswered() throws IOException {
    Answer answer = edge.post(request("ping", "{}"), edge.session());
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.body()).isEqualTo("{\"jsonrpc\":\"2.0\",\"id\":7,\"result\":{}}");
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "-1", "9007199254740993", "\"a\"", "\"\\u0041\"", "\"\""})
  void anIdComesBackAsItWasSent(String id) throws IOException {
    String body = "{\"method\":\"ping\",\"id\":%s,\"jsonrpc\":\"2.0\"}".formatted(id);
    assertThat(edge.post(body, edge.session()).body())
        .isEqualTo("{\"jsonrpc\":\"2.0\",\"id\":%s,\"result\":{}}".formatted(id));
  }

  @Test
  void theListIsSortedAndVerbatimAndEmptyWhenThereIsNothing() throws IOException {
    String session = edge.session();
    assertThat(edge.post(request("tools/list", "{}"), session).body())
        .isEqualTo("{\"jsonrpc\":\"2.0\",\"id\":7,\"result\":{\"tools\":[]}}");
    edge.serve("b", "a");
    assertThat(edge.post(request("tools/list", "{\"cursor\":null}"), session).body())
        .contains("[{\"name\":\"a\",\"x\":1.10},{\"name\":\"b\",\"x\":1.10}]");
  }

  @ParameterizedTest
  @ValueSource(strings = {"\"\"", "\"x\"", "3", "{}"})
  void aCursorThatWasNeverGivenOutIsRefused(String cursor) throws IOException {
    Answer answer =
        edge.post(request("tools/list", "{\"cursor\":%s}".formatted(cursor)), edge.session());
    assertError(answer, 200, -32602, "7");
  }

  @Test
  void aVirtualServerListsItsSubset() throws IOException {
    edge.serve("a", "b");
    Answer answer =
        edge.post(
            request("tools/list", "{}"), edge.session(), "X-Mcp-Virtualserver: team-a/subset");
    assertThat(json(answer).at("/result/tools").findValuesAsText("name")).containsExactly("a");
  }

  @ParameterizedTest
  @ValueSource(strings = {"team-a/other", "", "subset", "team-a/subset,team-a/subset"})
  void anUnknownVirtualServerListsNothing(String name) throws IOException {
    edge.serve("a");
    Answer answer =
        edge.post(request("tools/list", "{}"), edge.session(), "X-Mcp-Virtualserver: " + name);
    assertError(answer, 200, -32602, "7");
    assertThat(answer.body()).contains("unknown virtual server").doesNotContain("\"a\"");
  }

  @Test
  void aCallThatComesHereIsNotLost() throws IOException {
    edge.serve("a");
    String session = edge.session();
    Answer known = edge.post(request("tools/call", "{\"name\":\"a\"}"), session);
    assertError(known, 200, -32603, "7");
    assertThat(known.body()).contains("through the gateway's address");
    Answer unknown = edge.post(request("tools/call", "{\"name\":\"n\\\"o\\n\"}"), session);
    assertError(unknown, 200, -32602, "7");
    assertThat(json(unknown).at("/error/message").asText()).isEqualTo("Unknown tool: n\"o\n");
    assertError(edge.post(request("tools/call", "{}"), session), 200, -32602, "7");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "resources/list",
        "prompts/list",
        "logging/setLevel",
        "Tools/list",
        "tools/list/",
        "x"
      })
  void anUnknownMethodIsNamed(String method) throws IOException {
    assertError(edge.post(request(method, "{}"), edge.session()), 200, -32601, "7");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/initialized\"}",
        "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/cancelled\",\"params\":{\"requestId\":99}}",
        "{\"jsonrpc\":\"2.0\",\"method\":\"whatever\"}",
        "{\"jsonrpc\":\"2.0\",\"id\":3,\"result\":{}}",
        "{\"jsonrpc\":\"2.0\",\"id\":3,\"error\":{\"code\":1,\"message\":\"m\"}}"
      })
  void notificationsAndResponsesAreAccepted(String body) throws IOException {
    Answer answer = edge.post(body, edge.session());
    assertThat(answer.status()).isEqualTo(202);
    assertThat(answer.body()).isEmpty();
    assertThat(edge.post(body).status()).isEqualTo(400);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          ''                                                        | -32700
          x                                                         | -32700
          {                                                         | -32700
          null                                                      | -32700
          3                                                         | -32700
          {"jsonrpc":"2.0","id":7,"method":"ping"}{}                | -32600
          []                                                        | -32600
          [{"jsonrpc":"2.0","id":7,"method":"ping"}]                | -32600
          {}                                                        | -32600
          {"id":7,"method":"ping"}                                  | -32600
          {"jsonrpc":"2.0","id":null,"method":"ping"}               | -32600
          {"jsonrpc":"2.0","id":1.5,"method":"ping"}                | -32600
          {"jsonrpc":"2.0","id":7,"id":7,"method":"ping"}           | -32700
          {"jsonrpc":"2.0","id":7,"method":"ping","METHOD":"x"}     | -32600
          {"jsonrpc":"2.0","id":7,"method":"ping","params":[1]}     | -32600
          """)
  void whatIsNoMessageIsRefused(String body, int code) throws IOException {
    Answer answer = edge.post(body, edge.session());
    assertThat(answer.status()).isEqualTo(400);
    assertThat(json(answer).at("/error/code").asInt()).isEqualTo(code);
  }

  @Test
  void anythingAtAllGetsAnAnswer() throws IOException {
    String session = edge.session();
    Random random = new Random(42);
    String valid = request("tools/list", "{\"_meta\":{\"progressToken\":[1,{\"a\":\"ü\"}]}}");
    for (int i = 0; i < 300; i++) {
      byte[] body = valid.getBytes(UTF_8);
      for (int flips = random.nextInt(4); flips >= 0; flips--) {
        body[random.nextInt(body.length)] = (byte) random.nextInt(256);
      }
      List<String> headers =
          List.of("Host: gw.example.com", "Content-Type: application/json", "Accept: */*", session);
      Answer answer = RawHttp.send(edge.port(), "POST /mcp", headers, body);
      assertThat(answer.status()).isIn(200, 202, 400);
    }
    assertThat(edge.meters.scrape()).doesNotContain("internal_error");
  }

  @Test
  void aSessionIsNeededAndMustBeOurs() throws IOException {
    assertError(edge.post(request("ping", "{}")), 400, -32600, "7");
    assertError(edge.post(request("ping", "{}"), "Mcp-Session-Id:"), 400, -32600, "7");
    assertError(edge.post(request("ping", "{}"), "Mcp-Session-Id: x"), 404, -32600, "7");
    assertError(edge.post(request("ping", "{}"), edge.session() + "x"), 404, -32600, "7");
    assertThat(edge.post(request("ping", "{}"), edge.session(), edge.session()).status())
        .isEqualTo(400);
    String session = edge.session();
    edge.clock.advance(McpEdge.LIFETIME);
    assertError(edge.post(request("ping", "{}"), session), 404, -32600, "7");
  }

  @Test
  void anEndedSessionIsUnknown() throws IOException {
    String session = edge.session();
    String other = edge.session();
    assertThat(delete(session).status()).isEqualTo(204);
    assertThat(edge.endedSessions).hasSize(1);
    assertError(edge.post(request("ping", "{}"), session), 404, -32600, "7");
    assertThat(delete(session).status()).isEqualTo(404);
    assertThat(get(session).status()).isEqualTo(404);
    assertThat(edge.post(request("ping", "{}"), other).status()).isEqualTo(200);
    assertThat(edge.endedSessions).hasSize(1);
  }

  @Test
  void deleteAndGetNeedASessionToo() throws IOException {
    assertThat(delete("X: y").status()).isEqualTo(400);
    assertThat(get("X: y").status()).isEqualTo(400);
    assertThat(get("Mcp-Session-Id: x").status()).isEqualTo(404);
  }

  @ParameterizedTest
  @ValueSource(strings = {"2026-07-28", "2099-01-01", "x", ""})
  void aVersionThatIsNotSpokenIsNamedWithThoseThatAre(String version) throws IOException {
    String session = edge.session();
    String header = "MCP-Protocol-Version: " + version;
    Answer answer = edge.post(request("tools/list", "{}"), session, header);
    assertError(answer, 400, -32022, "7");
    assertThat(json(answer).at("/error/data/supported").toString())
        .isEqualTo("[\"2025-11-25\",\"2025-06-18\",\"2025-03-26\",\"2024-11-05\"]");
    assertThat(json(answer).at("/error/data/requested").asText()).isEqualTo(version);
    assertThat(get(session, header).status()).isEqualTo(400);
    assertThat(delete(session, header).status()).isEqualTo(400);
  }

  @ParameterizedTest
  @ValueSource(strings = {"server/discover", "tools/list", "initialize"})
  void aMessageOfANewerRevisionIsRefusedByItsOwnClaim(String method) throws IOException {
    String params =
        "{\"protocolVersion\":\"2025-11-25\",\"_meta\":{\"io.modelcontextprotocol/protocolVersion\":\"2026-07-28\"}}";
    assertError(edge.post(request(method, params), edge.session()), 400, -32022, "7");
  }

  @ParameterizedTest
  @ValueSource(strings = {"2025-11-25", "2025-06-18", "2025-03-26", "2024-11-05"})
  void aVersionThatIsSpokenPasses(String version) throws IOException {
    Answer answer =
        edge.post(request("ping", "{}"), edge.session(), "MCP-Protocol-Version: " + version);
    assertThat(answer.status()).isEqualTo(200);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          application/json                                  | 200
          application/json; charset=utf-8                   | 200
          Application/JSON;charset="UTF-8"                  | 200
          application/json; charset=utf-16                  | 415
          application/jsonx                                 | 415
          text/plain                                        | 415
          ''                                                | 415
          """)
  void theContentTypeMustBeJson(String type, int status) throws IOException {
    List<String> headers =
        new ArrayList<>(List.of("Host: gw.example.com", "Accept: */*", edge.session()));
    if (!type.isEmpty()) {
      headers.add("Content-Type: " + type);
    }
    assertThat(raw("POST /mcp", headers, request("ping", "{}")).status()).isEqualTo(status);
  }

  @ParameterizedTest
  @ValueSource(strings = {"gzip", "br", "identity, gzip"})
  void aCompressedBodyIsRefused(String encoding) throws IOException {
    Answer answer =
        edge.post(request("ping", "{}"), edge.session(), "Content-Encoding: " + encoding);
    // 400 is the server's own, for encodings it has no code for.
    assertThat(answer.status()).isIn(400, 415);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          application/json, text/event-stream               | 200
          text/event-stream;q=0.5,application/json          | 200
          */*                                               | 200
          application/*, text/*                             | 200
          application/json                                  | 406
          text/event-stream                                 | 406
          text/html                                         | 406
          """)
  void bothShapesOfAnswersMustBeAcceptable(String accept, int status) throws IOException {
    List<String> headers =
        List.of(
            "Host: gw.example.com",
            "Content-Type: application/json",
            edge.session(),
            "Accept: " + accept);
    assertThat(raw("POST /mcp", headers, request("ping", "{}")).status()).isEqualTo(status);
  }

  @Test
  void noAcceptAcceptsEverything() throws IOException {
    List<String> headers =
        List.of("Host: gw.example.com", "Content-Type: application/json", edge.session());
    assertThat(raw("POST /mcp", headers, request("ping", "{}")).status()).isEqualTo(200);
  }

  @Test
  void aStreamMustBeAcceptable() throws IOException {
    Answer answer =
        raw("GET /mcp", List.of("Host: gw.example.com", "Accept: text/html", edge.session()), "");
    assertThat(answer.status()).isEqualTo(406);
  }

  @ParameterizedTest
  @CsvSource({
    "http://gw.example.com,200",
    "https://gw.example.com:8443,200",
    "https://app.example.com,200",
    "http://localhost:6274,200",
    "http://127.0.0.1,200",
    "http://[::1]:1,200",
    "http://evil.example,403",
    "http://gw.example.com.evil.example,403",
    "http://localhost.evil.example,403",
    "null,403",
    "%%%,403",
    "file://,403"
  })
  void anOriginMustBeOurs(String origin, int status) throws IOException {
    assertThat(edge.post(request("ping", "{}"), edge.session(), "Origin: " + origin).status())
        .isEqualTo(status);
  }

  @ParameterizedTest
  @CsvSource({
    "gw.example.com,200",
    "GW.example.com:80,200",
    "localhost:8080,200",
    "127.0.0.1:8080,200",
    "10.244.1.7,200",
    "[fd00::1]:8080,200",
    "evil.example,403",
    "127.0.0.1.evil.example,403",
    "x.gw.example.com,403"
  })
  void aHostMustBeOurs(String host, int status) throws IOException {
    List<String> headers =
        List.of("Host: " + host, "Content-Type: application/json", "Accept: */*", edge.session());
    assertThat(raw("POST /mcp", headers, request("ping", "{}")).status()).isEqualTo(status);
  }

  @ParameterizedTest
  @ValueSource(strings = {"PUT", "PATCH", "OPTIONS", "HEAD", "BREW"})
  void otherVerbsAreNotAllowed(String verb) throws IOException {
    Answer answer = raw(verb + " /mcp", List.of("Host: gw.example.com"), "");
    assertThat(answer.status()).isEqualTo(405);
    assertThat(answer.header("Allow")).isEqualTo("GET, POST, DELETE");
  }

  @Test
  void aBodyAtTheLimitIsReadAndALongerOneIsNot() throws IOException {
    String session = edge.session();
    String frame = "{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"ping\",\"params\":{\"x\":\"%s\"}}";
    int room = JsonLimits.MAX_BYTES - frame.formatted("").length();
    assertThat(edge.post(frame.formatted("x".repeat(room)), session).status()).isEqualTo(200);
    Answer tooLong = edge.post(frame.formatted("x".repeat(room + 1)), session);
    assertThat(tooLong.status()).isEqualTo(413);
    assertThat(json(tooLong).at("/error/code").asInt()).isEqualTo(-32600);
  }

  @Test
  void aBodyOfUnknownLengthIsBoundedToo() throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), edge.port())) {
      socket.setSoTimeout(10_000);
      socket
          .getOutputStream()
          .write(
              "POST /mcp HTTP/1.1\r\nHost: gw.example.com\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
                  .getBytes(UTF_8));
      byte[] chunk = ("10000\r\n" + "x".repeat(0x10000) + "\r\n").getBytes(UTF_8);
      Thread.ofVirtual()
          .start(() -> {
            try {
              for (int i = 0; i < 1000; i++) {
                socket.getOutputStream().write(chunk);
              }
            } catch (IOException ignored) {
              // the server stops reading, as it should
            }
          });
      byte[] answer = socket.getInputStream().readNBytes(12);
      assertThat(new String(answer, UTF_8)).isEqualTo("HTTP/1.1 413");
    }
  }

  @Test
  void answersAreCountedWithoutNamesOfStrangers() throws IOException {
    edge.post(request("no/such/method", "{}"), edge.session());
    await()
        .untilAsserted(() ->
            assertThat(edge.meters.scrape())
                .contains("outcome=\"method_not_found\",verb=\"post\"")
                .contains("mcp_broker_sessions_issued_total 1")
                .doesNotContain("no/such"));
  }

  private Answer delete(String... headers) throws IOException {
    List<String> all = new ArrayList<>(List.of("Host: gw.example.com"));
    all.addAll(List.of(headers));
    return raw("DELETE /mcp", all, "");
  }

  private Answer get(String... headers) throws IOException {
    List<String> all = new ArrayList<>(List.of("Host: gw.example.com"));
    all.addAll(List.of(headers));
    return raw("GET /mcp", all, "");
  }

  private Answer raw(String requestLine, List<String> headers, String body) throws IOException {
    return RawHttp.send(edge.port(), requestLine, headers, body.getBytes(UTF_8));
  }

  private static JsonNode json(Answer answer) throws IOException {
    return JSON.readTree(answer.body());
  }

  private static void assertError(Answer answer, int status, int code, String id)
      throws IOException {
    assertThat(answer.status()).isEqualTo(status);
    assertThat(answer.header("Content-Type")).isEqualTo("application/json");
    assertThat(json(answer).at("/error/code").asInt()).isEqualTo(code);
    assertThat(json(answer).get("id").toString()).isEqualTo(id);
  }
}
