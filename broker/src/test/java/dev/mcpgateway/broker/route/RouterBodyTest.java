package dev.mcpgateway.broker.route;

import static dev.mcpgateway.broker.route.Fixtures.CATALOG;
import static dev.mcpgateway.broker.route.Fixtures.FILES;
import static dev.mcpgateway.broker.route.Fixtures.PUBLIC_HOST;
import static dev.mcpgateway.broker.route.Fixtures.WEATHER;
import static dev.mcpgateway.broker.route.Fixtures.flat;
import static dev.mcpgateway.broker.route.Fixtures.head;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;
import static org.assertj.core.api.Assertions.fail;

import dev.mcpgateway.broker.api.config.ServerConfig;
import dev.mcpgateway.broker.route.RouteDecision.AtBody;
import dev.mcpgateway.broker.route.RouteDecision.Reject;
import dev.mcpgateway.broker.route.RouteDecision.ToBroker;
import dev.mcpgateway.broker.route.RouteDecision.ToServer;
import dev.mcpgateway.broker.session.SessionVerdict;
import dev.mcpgateway.broker.session.SessionVerdict.Invalid;
import dev.mcpgateway.broker.session.SessionVerdict.Valid;
import dev.mcpgateway.broker.wire.MessageParser;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RouterBodyTest {
  private static final GatewayHosts HOSTS =
      new GatewayHosts(PUBLIC_HOST, Fixtures.INTERNAL_HOSTS, Fixtures.PRIVATE_HOST);
  private static final Valid SESSION = new Valid("s", Instant.MAX, null, null);
  private static final RequestHead CALL = call();

  private final Router router = new Router(RouterSettings.of(HOSTS));

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {"jsonrpc":"2.0","id":1,"method":"initialize","params":{}}        | initialize
          {"jsonrpc":"2.0","id":1,"method":"tools/list"}                    | tools/list
          {"jsonrpc":"2.0","id":1,"method":"Tools/Call","params":{"name":"wx_now"}} | Tools/Call
          {"jsonrpc":"2.0","method":"notifications/initialized"}            | notifications/initialized
          """)
  void otherMethodsGoToTheBrokerUnchecked(String body, String method) {
    AtBody decision =
        router.atBody(
            head("POST", PUBLIC_HOST, "/mcp", false),
            MessageParser.parse(body.getBytes(UTF_8)),
            CATALOG,
            token -> fail("the broker checks the session itself"));
    assertThat(decision)
        .isInstanceOfSatisfying(
            ToBroker.class,
            d ->
                assertThat(flat(d.changes()))
                    .containsOnly(
                        entry("x-mcp-method", method), entry("x-mcp-servername", "mcpBroker")));
  }

  @ParameterizedTest
  @CsvSource({"2026-07-28, false", "1.0, false", "2025-03-26, true", "2025-11-25, true"})
  void aCallInARevisionNobodySpeaksIsTheBrokersToRefuse(String version, boolean routed) {
    assertThat(decide(call("mcp-protocol-version", version), body("wx_now")))
        .isInstanceOf(routed ? ToServer.class : ToBroker.class);
  }

  @Test
  void anAnswerOfTheClientGoesToTheBroker() {
    assertThat(decide(CALL, "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{}}"))
        .isInstanceOf(ToBroker.class);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          nonsense                                                                     | 400 | -32700 | null
          [{"jsonrpc":"2.0","id":1,"method":"tools/call"}]                             | 400 | -32600 | null
          {"jsonrpc":"2.0","id":"a","method":"tools/call","params":[]}                 | 400 | -32600 | "a"
          {"jsonrpc":"2.0","method":"tools/call","params":{"name":"wx_now"}}           | 400 | -32600 | null
          {"jsonrpc":"2.0","id":"a","method":"tools/call"}                             | 400 | -32602 | "a"
          {"jsonrpc":"2.0","id":7,"method":"tools/call","params":{"name":""}}          | 400 | -32602 | 7
          {"jsonrpc":"2.0","id":7,"method":"tools/call","params":{"name":["wx_now"]}}  | 400 | -32602 | 7
          {"jsonrpc":"2.0","id":7,"method":"tools/call","params":{"name":"WX_NOW"}}    | 200 | -32602 | 7
          {"jsonrpc":"2.0","id":7,"method":"tools/call","params":{"name":"now"}}       | 200 | -32602 | 7
          """)
  void aBadCallIsAnsweredWithItsId(String body, int status, int code, String id) {
    assertThat(decide(CALL, body))
        .isInstanceOfSatisfying(
            Reject.class,
            reject -> {
              assertThat(reject.status()).isEqualTo(status);
              assertThat(reject.code()).isEqualTo(code);
              assertThat(new String(reject.body(), UTF_8)).contains("\"id\":" + id + ",");
            });
  }

  @Test
  void aCallNeedsASessionOfThisGateway() {
    String body = body("wx_now");
    assertThat(decide(head("POST", PUBLIC_HOST, "/mcp", false), body))
        .isInstanceOfSatisfying(Reject.class, r -> assertThat(r.status()).isEqualTo(400));
    assertThat(decide(CALL, body, new Invalid("expired")))
        .isInstanceOfSatisfying(Reject.class, r -> assertThat(r.status()).isEqualTo(404));
  }

  @Test
  void theSessionIsCheckedBeforeAToolIsLookedUp() {
    assertThat(decide(CALL, body("unknown"), new Invalid("signature")))
        .isInstanceOfSatisfying(Reject.class, r -> assertThat(r.status()).isEqualTo(404));
  }

  @ParameterizedTest
  @CsvSource({
    "team-a/weather-only, wx_now, true",
    "team-a/weather-only, read, false",
    "team-a/unknown, wx_now, false",
  })
  void aVirtualServerLimitsWhatCanBeCalled(String virtualServer, String tool, boolean routed) {
    RequestHead head = call("x-mcp-virtualserver", virtualServer);
    assertThat(decide(head, body(tool))).isInstanceOf(routed ? ToServer.class : Reject.class);
  }

  @Test
  void aLongUnknownNameIsNotEchoedInFull() {
    assertThat(decide(CALL, body("😀".repeat(2000))))
        .isInstanceOfSatisfying(
            Reject.class, r -> assertThat(r.message().length()).isLessThan(300));
  }

  @Test
  void aCallGetsWhatItsServerNeeds() {
    Forward forward = forward(CALL, "wx_now", new ServerSession("backend-1", "2025-06-18"));
    String body = body("now");
    assertThat(new String(forward.body(), UTF_8)).isEqualTo(body);
    assertThat(flat(forward.changes()))
        .containsOnly(
            entry("x-mcp-method", "tools/call"),
            entry("x-mcp-toolname", "now"),
            entry("x-mcp-servername", "team-a/weather"),
            entry(
                "x-mcp-annotation-hints",
                "readOnly=true,destructive=false,idempotent=unspecified,openWorld=true"),
            entry("mcp-protocol-version", "2025-06-18"),
            entry("mcp-session-id", "backend-1"),
            entry(":authority", "weather.team-a.mcp.local"),
            entry(":path", "/v1/mcp?tenant=a"),
            entry("content-length", Integer.toString(body.length())),
            entry("authorization", ""));
  }

  @Test
  void theLengthCountsBytes() {
    Forward forward = forward(CALL, "odd", new ServerSession(null, "2025-11-25"));
    assertThat(forward.changes().set())
        .containsEntry("content-length", Integer.toString(forward.body().length));
    assertThat(new String(forward.body(), UTF_8)).contains("\"name\":\"ö\\r\\nx: y\"");
  }

  @Test
  void aNameThatIsNoHeaderValueIsEncoded() {
    Forward forward = forward(CALL, "odd", new ServerSession(null, "2025-11-25"));
    assertThat(forward.changes().set()).containsEntry("x-mcp-toolname", "=?base64?w7YNCng6IHk=?=");
  }

  @Test
  void aServerWithoutSessionsDoesNotSeeTheClientsSession() {
    Forward forward = forward(CALL, "wx_now", new ServerSession(null, "2025-11-25"));
    assertThat(forward.changes().remove()).contains("mcp-session-id");
  }

  @Test
  void whatIsForTheGatewayStaysHere() {
    RequestHead head =
        call(
            "cookie",
            "c",
            "proxy-authorization",
            "p",
            "x-mcp-virtualserver",
            "team-a/weather-only",
            "x-authorized-tools",
            "t",
            "authorization",
            "Bearer client");
    assertThat(forward(head, "wx_now", new ServerSession(null, "2025-11-25")).changes().remove())
        .contains(
            "cookie",
            "proxy-authorization",
            "x-mcp-virtualserver",
            "x-authorized-tools",
            "authorization");
  }

  @Test
  void aServersCredentialReplacesTheClients() {
    Forward forward =
        forward(
            call("authorization", "Bearer client"), "read", new ServerSession(null, "2025-11-25"));
    assertThat(forward.changes().set())
        .containsEntry("authorization", "Bearer f1les")
        .containsEntry(":path", "/");
  }

  @Test
  void theClientsTokenStaysOnlyWhereThatIsConfigured() {
    Router keeping = new Router(new RouterSettings(HOSTS, ClientAuthorization.KEEP, List.of()));
    ToServer decision = (ToServer) decide(CALL, body("wx_now"));
    HeaderChanges changes =
        keeping.forward(CALL, decision, new ServerSession(null, "2025-11-25")).changes();
    assertThat(flat(changes)).doesNotContainKey("authorization");
  }

  @Test
  void nothingSecretIsPartOfATextForm() {
    Forward forward = forward(CALL, "read", new ServerSession("backend-1", "2025-11-25"));
    assertThat(forward.toString() + CALL + new ServerSession("backend-1", "v"))
        .doesNotContain("f1les")
        .doesNotContain("backend-1")
        .doesNotContain("client-token");
  }

  @ParameterizedTest
  @CsvSource({
    "http://h:1, /",
    "http://h:1/, /",
    "http://h:1/a/b, /a/b",
    "http://h:1/a?x=1&y=%20, /a?x=1&y=%20",
    "http://h:1/ä, /%C3%A4",
  })
  void thePathIsThatOfTheServersUrl(String url, String path) {
    ServerConfig server = new ServerConfig("a/b", url, "h", "", null, true);
    assertThat(ServerPath.of(server)).isEqualTo(path);
  }

  @ParameterizedTest
  @CsvSource({
    "200, true, backend, Pass",
    "202, false, backend, Pass",
    "401, false, backend, Pass",
    "400, false, backend, PassAndForget",
    "404, false, backend, SessionEnded",
    "400, false, , Pass",
    "404, true, , Pass",
    "500, true, backend, Pass",
  })
  void aServersAnswerTellsWhetherItKnowsTheSession(
      int status, boolean hasId, String backend, String expected) {
    ResponseDecision decision =
        ResponseRules.decide(status, hasId, "client-token", new ServerSession(backend, "v"));
    assertThat(decision.getClass().getSimpleName()).isEqualTo(expected);
    if (decision instanceof ResponseDecision.Pass(HeaderChanges changes)) {
      assertThat(flat(changes))
          .isEqualTo(hasId ? Map.of("mcp-session-id", "client-token") : Map.of());
    }
  }

  private Forward forward(RequestHead head, String tool, ServerSession session) {
    return router.forward(head, (ToServer) decide(head, body(tool)), session);
  }

  private AtBody decide(RequestHead head, String body) {
    return decide(head, body, SESSION);
  }

  private AtBody decide(RequestHead head, String body, SessionVerdict verdict) {
    return router.atBody(
        head, MessageParser.parse(body.getBytes(UTF_8)), CATALOG, token -> verdict);
  }

  private static RequestHead call(String... headers) {
    String[] all = Arrays.copyOf(headers, headers.length + 2);
    all[headers.length] = "mcp-session-id";
    all[headers.length + 1] = "client-token";
    return head("POST", PUBLIC_HOST, "/mcp", false, all);
  }

  private static String body(String tool) {
    return "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":{\"name\":\"%s\",\"arguments\":{\"n\":1e400}}}"
        .formatted(tool);
  }

  @Test
  void theFixturesServersDiffer() {
    assertThat(WEATHER.credential()).isNull();
    assertThat(FILES.credential()).isNotNull();
  }
}
