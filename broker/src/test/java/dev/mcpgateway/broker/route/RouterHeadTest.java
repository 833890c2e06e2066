package dev.mcpgateway.broker.route;

import static dev.mcpgateway.broker.route.Fixtures.INTERNAL_HOSTS;
import static dev.mcpgateway.broker.route.Fixtures.PRIVATE_HOST;
import static dev.mcpgateway.broker.route.Fixtures.PUBLIC_HOST;
import static dev.mcpgateway.broker.route.Fixtures.flat;
import static dev.mcpgateway.broker.route.Fixtures.head;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import dev.mcpgateway.broker.route.RouteDecision.AtHead;
import dev.mcpgateway.broker.route.RouteDecision.NeedBody;
import dev.mcpgateway.broker.route.RouteDecision.OpenSession;
import dev.mcpgateway.broker.route.RouteDecision.PassThrough;
import dev.mcpgateway.broker.route.RouteDecision.Reject;
import dev.mcpgateway.broker.route.RouteDecision.ToBroker;
import dev.mcpgateway.broker.session.ProofVerdict;
import dev.mcpgateway.broker.session.ProofVerdict.Absent;
import dev.mcpgateway.broker.session.ProofVerdict.Denied;
import dev.mcpgateway.broker.session.ProofVerdict.Granted;
import dev.mcpgateway.broker.wire.JsonLimits;
import java.util.List;
import org.assertj.core.api.ThrowingConsumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RouterHeadTest {
  private static final String JSON = "application/json";
  private static final GatewayHosts HOSTS =
      new GatewayHosts("Team-A.example.com:443", INTERNAL_HOSTS, PRIVATE_HOST);

  private final Router router = new Router(RouterSettings.of(HOSTS));

  @ParameterizedTest
  @CsvSource({
    "team-a.example.com, PUBLIC",
    "TEAM-A.Example.Com:8443, PUBLIC",
    "team-a.example.com., PUBLIC",
    "user:pw@team-a.example.com:1, PUBLIC",
    "weather.team-a.mcp.local, INTERNAL",
    "weather.team-a.mcp.local.:8080, INTERNAL",
    "a.b.TEAM-A.mcp.local, INTERNAL",
    "x@weather.team-a.mcp.local, INTERNAL",
    "team-a.mcp.local, FOREIGN",
    ".team-a.mcp.local, FOREIGN",
    "weather.team-b.mcp.local, FOREIGN",
    "weather.team-a.mcp.local.evil.com, FOREIGN",
    "xteam-a.example.com, FOREIGN",
    "team-a-istio.gateway-system.svc.cluster.local:8080, PRIVATE",
    "team-a-istio.gateway-system.svc.cluster.local, PRIVATE",
    "'', FOREIGN",
    "'[::1]:8080', FOREIGN",
    "weather。team-a.mcp.local, FOREIGN",
  })
  void aHostIsOursInEverySpelling(String authority, GatewayHosts.Kind kind) {
    assertThat(HOSTS.kindOf(authority)).isEqualTo(kind);
  }

  @Test
  void anInternalHostMayBeOneName() {
    GatewayHosts one = new GatewayHosts(PUBLIC_HOST, "tools.internal", PRIVATE_HOST);
    assertThat(one.kindOf("tools.internal:80")).isEqualTo(GatewayHosts.Kind.INTERNAL);
    assertThat(one.kindOf("x.tools.internal")).isEqualTo(GatewayHosts.Kind.FOREIGN);
  }

  @Test
  void aForeignHostIsNotTouchedAtAll() {
    AtHead decision =
        decide(head("POST", "app.example.com", "/mcp", false, "x-mcp-toolname", "theirs"));
    assertThat(decision).isInstanceOf(PassThrough.class);
  }

  @Test
  void aPostedMessageNeedsItsBody() {
    assertThat(decide(post("content-type", "application/json; charset=\"UTF-8\"")))
        .isInstanceOfSatisfying(NeedBody.class, d -> assertThat(flat(d.changes())).isEmpty());
  }

  @ParameterizedTest
  @ValueSource(strings = {"GET", "DELETE", "OPTIONS", "HEAD", "PUT"})
  void otherMethodsGoToTheBrokerAtOnce(String method) {
    assertThat(decide(head(method, PUBLIC_HOST, "/mcp?x=1", true)))
        .isInstanceOfSatisfying(
            ToBroker.class,
            d ->
                assertThat(flat(d.changes())).containsOnly(entry("x-mcp-servername", "mcpBroker")));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"/", "/status", "/mcp/", "//mcp", "/.well-known/oauth-protected-resource"})
  void otherPathsGoToTheBrokerWithTheBodyUnread(String path) {
    assertThat(decide(head("POST", PUBLIC_HOST, path, false))).isInstanceOf(ToBroker.class);
  }

  @Test
  void aClientCannotReachAServersHost() {
    assertThat(decide(head("GET", "weather.team-a.mcp.local:8080", "/v1/mcp", true)))
        .isInstanceOfSatisfying(
            ToBroker.class,
            d -> assertThat(d.changes().set()).containsEntry(":authority", PUBLIC_HOST));
    assertThat(
            decide(head("POST", "weather.team-a.mcp.local", "/mcp", false, "content-type", JSON)))
        .isInstanceOfSatisfying(
            NeedBody.class,
            d -> assertThat(d.changes().set()).containsEntry(":authority", PUBLIC_HOST));
  }

  @Test
  void whatOnlyTheRouterMaySayIsRemovedInEverySpelling() {
    AtHead decision =
        decide(
            post(
                "content-type", JSON,
                "X-MCP-ToolName", "a",
                "x-mcp-toolname", "b",
                "x_mcp_servername", "c",
                "x-mcp_method", "d",
                "x-mcp-annotation-hints", "e",
                "x-mcp-authorized", "f",
                "mcp-init-host", "g",
                "router-key", "h",
                "mcp_session_id", "i",
                "x_mcp_virtualserver", "j",
                "mcp-session-id", "kept",
                "x-mcp-virtualserver", "kept",
                "x-authorized-tools", "kept",
                "x-other", "kept"),
            new Denied("signature"));
    assertThat(decision)
        .isInstanceOfSatisfying(
            NeedBody.class,
            d ->
                assertThat(d.changes().remove())
                    .containsExactlyInAnyOrder(
                        "x-mcp-toolname",
                        "x_mcp_servername",
                        "x-mcp_method",
                        "x-mcp-annotation-hints",
                        "x-mcp-authorized",
                        "mcp-init-host",
                        "router-key",
                        "mcp_session_id",
                        "x_mcp_virtualserver"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "mcp-session-id",
        "mcp-protocol-version",
        "mcp-name",
        "x-mcp-virtualserver",
        "authorization",
        "content-type"
      })
  void aDoubledHeaderIsABadRequest(String name) {
    assertThat(decide(post("content-type", JSON, name, "a", name, "b"))).satisfies(status(400));
  }

  @ParameterizedTest
  @CsvSource({
    "text/plain, 415",
    "'', 415",
    "application/json-seq, 415",
    "application/json;charset=utf-16, 415",
    "multipart/form-data; boundary=application/json, 415",
  })
  void onlyJsonIsRead(String type, int status) {
    assertThat(decide(post("content-type", type))).satisfies(status(status));
    assertThat(decide(post())).satisfies(status(415));
    assertThat(decide(post("content-type", JSON, "content-encoding", "gzip")))
        .satisfies(status(415));
  }

  @ParameterizedTest
  @CsvSource({"0, 0", "1, 0", "-1, 0", "x, 0", "99999999999999999999999, 413"})
  void aDeclaredLengthBeyondTheLimitIsRefusedBeforeTheBody(String length, int status) {
    AtHead decision = decide(post("content-type", JSON, "content-length", length));
    if (status == 0) {
      assertThat(decision).isInstanceOf(NeedBody.class);
    } else {
      assertThat(decision).satisfies(status(status));
    }
    assertThat(decide(post("content-type", JSON, "content-length", "" + JsonLimits.MAX_BYTES)))
        .isInstanceOf(NeedBody.class);
    assertThat(
            decide(post("content-type", JSON, "content-length", "" + (JsonLimits.MAX_BYTES + 1))))
        .satisfies(status(413));
  }

  @Test
  void aPostWithoutBodyIsABadRequest() {
    assertThat(decide(head("POST", PUBLIC_HOST, "/mcp", true, "content-type", JSON)))
        .satisfies(status(400));
  }

  @ParameterizedTest
  @CsvSource({
    "https://team-a.example.com, true",
    "http://TEAM-A.example.com:30080, true",
    "https://app.example.com, true",
    "http://localhost:6274, true",
    "http://127.0.0.1, true",
    "'http://[::1]:6274', true",
    "http://localhost.evil.com, false",
    "https://evil.example.com, false",
    "https://team-a.example.com.evil.com, false",
    "null, false",
    "'', false",
    "team-a.example.com, false",
  })
  void aWebPageOfAnotherOriginIsForbidden(String origin, boolean allowed) {
    Router withApp =
        new Router(
            new RouterSettings(
                HOSTS, ClientAuthorization.STRIP, List.of("https://App.example.com")));
    AtHead decision =
        withApp.atHead(head("GET", PUBLIC_HOST, "/mcp", true, "origin", origin), new Absent());
    if (allowed) {
      assertThat(decision).isInstanceOf(ToBroker.class);
    } else {
      assertThat(decision).satisfies(status(403));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {PRIVATE_HOST, PUBLIC_HOST, "weather.team-a.mcp.local"})
  void aProvenRequestOfOurOwnGoesToItsServer(String authority) {
    AtHead decision =
        decide(
            head(
                "POST",
                authority,
                "/v1/mcp",
                false,
                "mcp-init-host",
                "weather.team-a.mcp.local",
                "router-key",
                "proof",
                "x-mcp-toolname",
                "smuggled",
                "mcp-session-id",
                "the server's"),
            new Granted("weather.team-a.mcp.local", "team-a/weather", "initialize"));
    assertThat(decision)
        .isInstanceOfSatisfying(
            OpenSession.class,
            d ->
                assertThat(flat(d.changes()))
                    .containsOnly(
                        entry(":authority", "weather.team-a.mcp.local"),
                        entry("x-mcp-method", "initialize"),
                        entry("x-mcp-servername", "team-a/weather"),
                        entry("x-mcp-toolname", ""),
                        entry("mcp-init-host", ""),
                        entry("router-key", "")));
  }

  @Test
  void aBadProofOpensNothing() {
    String[] claim = {"mcp-init-host", "weather.team-a.mcp.local", "router-key", "forged"};
    assertThat(decide(head("POST", PRIVATE_HOST, "/mcp", false, claim), new Denied("signature")))
        .satisfies(status(403));
    // On the public host it is a client's request like any other, without these headers.
    assertThat(decide(head("GET", PUBLIC_HOST, "/mcp", true, claim), new Denied("signature")))
        .isInstanceOfSatisfying(
            ToBroker.class,
            d -> {
              assertThat(d.changes().remove()).contains("mcp-init-host", "router-key");
              assertThat(d.changes().set()).doesNotContainKey(":authority");
            });
  }

  @Test
  void thePrivateHostWithoutAProofIsNotOurs() {
    assertThat(decide(head("GET", PRIVATE_HOST, "/", true))).isInstanceOf(PassThrough.class);
  }

  private AtHead decide(RequestHead head) {
    return decide(head, new Absent());
  }

  private AtHead decide(RequestHead head, ProofVerdict proof) {
    return router.atHead(head, proof);
  }

  private static RequestHead post(String... headers) {
    return head("POST", PUBLIC_HOST, "/mcp", false, headers);
  }

  private static ThrowingConsumer<AtHead> status(int status) {
    return decision ->
        assertThat(decision)
            .isInstanceOfSatisfying(
                Reject.class, reject -> assertThat(reject.status()).isEqualTo(status));
  }
}
