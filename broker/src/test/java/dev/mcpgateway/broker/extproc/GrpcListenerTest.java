package dev.mcpgateway.broker.extproc;

import static dev.mcpgateway.broker.route.Fixtures.PUBLIC_HOST;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;
import static org.awaitility.Awaitility.await;

import dev.mcpgateway.broker.backend.Opening;
import dev.mcpgateway.broker.route.ServerSession;
import dev.mcpgateway.broker.wire.JsonLimits;
import dev.mcpgateway.broker.wire.MessageParser;
import dev.mcpgateway.broker.wire.ParseResult;
import io.envoyproxy.envoy.extensions.filters.http.ext_proc.v3.ProcessingMode;
import io.envoyproxy.envoy.extensions.filters.http.ext_proc.v3.ProcessingMode.BodySendMode;
import io.envoyproxy.envoy.extensions.filters.http.ext_proc.v3.ProcessingMode.HeaderSendMode;
import io.envoyproxy.envoy.service.ext_proc.v3.CommonResponse;
import io.envoyproxy.envoy.service.ext_proc.v3.ImmediateResponse;
import io.envoyproxy.envoy.service.ext_proc.v3.ProcessingRequest;
import io.envoyproxy.envoy.service.ext_proc.v3.ProcessingResponse;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.helidon.webserver.WebServer;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The real listener, asked by grpc-java as Envoy asks it. Row numbers are the catalogue's. */
class GrpcListenerTest {
  private final TestRouter router = new TestRouter();
  private final WebServer server =
      WebServer.builder().from(GrpcListener.config("127.0.0.1", 0, router.service)).build();
  private final ManagedChannel channel = channel(server.start().port());

  @AfterEach
  void stop() {
    channel.shutdownNow();
    server.stop();
  }

  @Test
  void aCallIsRoutedAndItsAnswerCarriesTheClientsSession() throws InterruptedException {
    String session = router.session();
    try (Conversation envoy = new Conversation(channel)) {
      ProcessingResponse head = envoy.ask(Messages.post(session));
      assertThat(head.getModeOverride())
          .isEqualTo(mode(BodySendMode.BUFFERED, HeaderSendMode.SEND));
      CommonResponse body = envoy.ask(Messages.call("wx_now")).getRequestBody().getResponse();
      assertThat(body.getClearRouteCache()).isTrue();
      assertThat(body.getBodyMutation().getBody().toStringUtf8()).contains("\"name\":\"now\"");
      assertThat(Messages.sets(body.getHeaderMutation()))
          .contains(
              entry(":authority", "weather.team-a.mcp.local"),
              entry(":path", "/v1/mcp?tenant=a"),
              entry("mcp-session-id", "backend-1"),
              entry("content-length", Integer.toString(body.getBodyMutation().getBody().size())));
      ProcessingResponse response = envoy.ask(Messages.response(200, "mcp-session-id", "b"));
      assertThat(Messages.sets(response.getResponseHeaders().getResponse().getHeaderMutation()))
          .containsOnly(entry("mcp-session-id", session));
      envoy.expectCompleted();
    }
    await().untilAsserted(() -> assertThat(router.ended("completed")).isEqualTo(1));
  }

  @ParameterizedTest
  @CsvSource({
    "GET, /mcp, true, NONE",
    "DELETE, /mcp, true, NONE",
    "OPTIONS, /mcp, true, NONE",
    "POST, /other, false, NONE",
  })
  void x02WhatTheHeadDecidesEndsTheStream(
      String method, String path, boolean ended, BodySendMode body) throws InterruptedException {
    try (Conversation envoy = new Conversation(channel)) {
      ProcessingResponse head = envoy.ask(Messages.head(method, PUBLIC_HOST, path, ended));
      assertThat(head.getModeOverride()).isEqualTo(mode(body, HeaderSendMode.SKIP));
      assertThat(Messages.sets(head.getRequestHeaders().getResponse().getHeaderMutation()))
          .containsEntry("x-mcp-servername", "mcpBroker");
      envoy.expectCompleted();
    }
  }

  @Test
  void x02APostWithoutBodyIsAnsweredAtTheHead() throws InterruptedException {
    try (Conversation envoy = new Conversation(channel)) {
      ImmediateResponse answer =
          envoy
              .ask(
                  Messages.head(
                      "POST", PUBLIC_HOST, "/mcp", true, "content-type", "application/json"))
              .getImmediateResponse();
      assertThat(answer.getStatus().getCodeValue()).isEqualTo(400);
      assertThat(Messages.sets(answer.getHeaders()))
          .containsEntry("content-type", "application/json");
      envoy.expectCompleted();
    }
  }

  @Test
  void aForeignRequestIsNotTouched() throws InterruptedException {
    try (Conversation envoy = new Conversation(channel)) {
      ProcessingResponse head =
          envoy.ask(
              Messages.head("POST", "elsewhere.example.com", "/mcp", false, "router-key", "x"));
      assertThat(head.getRequestHeaders().getResponse())
          .isEqualTo(CommonResponse.getDefaultInstance());
      assertThat(head.getModeOverride()).isEqualTo(mode(BodySendMode.NONE, HeaderSendMode.SKIP));
      envoy.expectCompleted();
    }
  }

  @Test
  void x01AMessageOutOfOrderClosesTheStream() throws InterruptedException {
    List<List<ProcessingRequest>> sequences =
        List.of(
            List.of(Messages.call("wx_now")),
            List.of(Messages.response(200)),
            List.of(Messages.responseBody()),
            List.of(Messages.responseTrailers()),
            List.of(Messages.requestTrailers()),
            List.of(ProcessingRequest.getDefaultInstance()),
            List.of(Messages.post("s"), Messages.post("s")),
            List.of(Messages.post("s"), ProcessingRequest.getDefaultInstance()));
    for (List<ProcessingRequest> sequence : sequences) {
      try (Conversation envoy = new Conversation(channel)) {
        for (ProcessingRequest message : sequence.subList(0, sequence.size() - 1)) {
          envoy.ask(message);
        }
        envoy.send(sequence.getLast());
        assertThat(envoy.expectFailure().getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
      }
    }
    assertThat(router.ended("invalid")).isEqualTo(sequences.size());
  }

  @Test
  void x01AKindOfMessageFromTheFutureClosesTheStream() throws InterruptedException {
    try (RawConversation envoy = new RawConversation(channel)) {
      // Field 99, length-delimited, empty.
      envoy.send(new byte[] {(byte) 0x9a, 0x06, 0x00});
      assertThat(envoy.expectEnd().getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
    }
  }

  @ParameterizedTest
  @ValueSource(
      ints = {
        0,
        1,
        JsonLimits.MAX_BYTES - 1,
        JsonLimits.MAX_BYTES,
        JsonLimits.MAX_BYTES + 1,
        2 * 1024 * 1024 - 1,
        2 * 1024 * 1024,
        2 * 1024 * 1024 + 1,
        15 * 1024 * 1024
      })
  void x04ABodyOfAnySizeIsAnswered(int size) throws InterruptedException {
    try (Conversation envoy = new Conversation(channel)) {
      envoy.ask(Messages.post(router.session()));
      ImmediateResponse answer = envoy.ask(Messages.body(jsonOf(size))).getImmediateResponse();
      assertThat(answer.getStatus().getCodeValue())
          .isEqualTo(size > JsonLimits.MAX_BYTES ? 413 : 400);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {10_000, 60_000, 70_000, 900_000, 1_100_000, 4_000_000})
  void x04ALargeCallComesBackWhole(int size) throws InterruptedException {
    try (Conversation envoy = new Conversation(channel)) {
      envoy.ask(Messages.post(router.session()));
      CommonResponse body =
          envoy
              .ask(
                  Messages.call(
                      "wx_now\",\"arguments\":{\"s\":\"" + "x".repeat(size) + "\"},\"y\":\""))
              .getRequestBody()
              .getResponse();
      assertThat(body.getBodyMutation().getBody().size()).isGreaterThan(size);
    }
  }

  @Test
  void x04AMessageBeyondTheListenersBufferEndsPromptly() throws InterruptedException {
    ManagedChannel doomed = channel(server.port());
    try (Conversation envoy = new Conversation(doomed)) {
      envoy.ask(Messages.post(router.session()));
      envoy.send(Messages.body(new byte[17 * 1024 * 1024]));
      assertThat(envoy.expectFailure().getCode()).isNotEqualTo(Status.Code.OK);
    } finally {
      // What is still on its way for the dead stream may cost the connection, but not the listener.
      doomed.shutdownNow();
    }
    try (Conversation envoy = new Conversation(channel)) {
      assertThat(envoy.ask(Messages.head("GET", PUBLIC_HOST, "/mcp", true)).hasRequestHeaders())
          .isTrue();
    }
  }

  @Test
  void x05AFaultOfOursIsAnsweredAtOnceAndWithTheId() throws InterruptedException {
    router.opener.script =
        (server, number) -> new Opening.Opened(new ServerSession("bad\u0001id", "2025-06-18"));
    try (Conversation envoy = new Conversation(channel)) {
      envoy.ask(Messages.post(router.session()));
      ImmediateResponse answer = envoy.ask(Messages.call("wx_now")).getImmediateResponse();
      assertThat(answer.getStatus().getCodeValue()).isEqualTo(500);
      assertThat(answer.getBody().toStringUtf8())
          .isEqualTo(
              "{\"jsonrpc\":\"2.0\",\"id\":\"i\",\"error\":{\"code\":-32603,\"message\":\"internal error\"}}");
      envoy.expectCompleted();
    }
    router.catalog =
        () -> {
          throw new StackOverflowError("even this");
        };
    try (Conversation envoy = new Conversation(channel)) {
      envoy.ask(Messages.post(router.session()));
      assertThat(
              envoy.ask(Messages.call("wx_now")).getImmediateResponse().getStatus().getCodeValue())
          .isEqualTo(500);
    }
  }

  @Test
  void x06WhatIsNoMessageEndsItsStreamAndTheConnectionLives() throws InterruptedException {
    try (Conversation healthy = new Conversation(channel)) {
      healthy.ask(Messages.post(router.session()));
      try (RawConversation envoy = new RawConversation(channel)) {
        envoy.send(new byte[] {0x0a, (byte) 0xff, (byte) 0xff, 0x7f, 1, 2, 3});
        assertThat(envoy.expectEnd().isOk()).isFalse();
      }
      assertThat(healthy.ask(Messages.call("wx_now")).hasRequestBody()).isTrue();
    }
  }

  @Test
  void x06ACompressedMessageIsRefusedPromptly() throws InterruptedException {
    try (Conversation healthy = new Conversation(channel)) {
      healthy.ask(Messages.post(router.session()));
      for (int size : new int[] {100, 300_000}) {
        try (Conversation envoy = new Conversation(channel, "gzip")) {
          byte[] noise = new byte[size];
          new Random(1).nextBytes(noise);
          envoy.send(Messages.body(noise));
          assertThat(envoy.expectFailure().isOk()).isFalse();
        }
      }
      assertThat(healthy.ask(Messages.call("wx_now")).hasRequestBody()).isTrue();
    }
  }

  @Test
  void x07ResetsOfFinishedRequestsLeaveTheOthersAlone() throws InterruptedException {
    List<Conversation> healthy = new ArrayList<>();
    String session = router.session();
    for (int i = 0; i < 50; i++) {
      Conversation envoy = new Conversation(channel);
      envoy.ask(Messages.post(session));
      healthy.add(envoy);
    }
    for (int i = 0; i < 200; i++) {
      Conversation envoy = new Conversation(channel);
      envoy.ask(Messages.post(session));
      envoy.close();
    }
    for (Conversation envoy : healthy) {
      assertThat(envoy.ask(Messages.call("wx_now")).hasRequestBody()).isTrue();
      envoy.close();
    }
    await()
        .atMost(Duration.ofSeconds(60))
        .untilAsserted(() -> assertThat(router.openStreams()).isZero());
    assertThat(router.ended("invalid")).isZero();
  }

  @Test
  void x09ALostConnectionLeavesNoStreamBehind() throws IOException, InterruptedException {
    CountDownLatch opening = new CountDownLatch(1);
    CountDownLatch never = new CountDownLatch(1);
    router.opener.script =
        (server, number) -> {
          opening.countDown();
          never.await();
          return new Opening.Failed("never");
        };
    ManagedChannel throughProxy;
    try (CutOffProxy proxy = new CutOffProxy(server.port())) {
      throughProxy = channel(proxy.port());
      for (int i = 0; i < 20; i++) {
        new Conversation(throughProxy).ask(Messages.post(router.session()));
      }
      Conversation waiting = new Conversation(throughProxy);
      waiting.ask(Messages.post(router.session()));
      waiting.send(Messages.call("wx_now"));
      opening.await();
      assertThat(router.openStreams()).isEqualTo(21);
    }
    await()
        .atMost(Duration.ofSeconds(60))
        .untilAsserted(() -> assertThat(router.openStreams()).isZero());
    throughProxy.shutdownNow();
  }

  @Test
  void aClientThatLeavesWhileASessionIsOpenedHarmsNobody() throws InterruptedException {
    CountDownLatch opening = new CountDownLatch(1);
    CountDownLatch go = new CountDownLatch(1);
    router.opener.script =
        (server, number) -> {
          opening.countDown();
          go.await();
          return new Opening.Opened(new ServerSession("b", "2025-06-18"));
        };
    Conversation leaving = new Conversation(channel);
    leaving.ask(Messages.post(router.session()));
    leaving.send(Messages.call("wx_now"));
    opening.await();
    leaving.close();
    try (Conversation other = new Conversation(channel)) {
      other.ask(Messages.head("GET", PUBLIC_HOST, "/mcp", true));
    }
    await().untilAsserted(() -> assertThat(router.openStreams()).isZero());
    go.countDown();
    try (Conversation other = new Conversation(channel)) {
      other.ask(Messages.post(router.session()));
      assertThat(other.ask(Messages.call("wx_now")).hasRequestBody()).isTrue();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"method\":\"ping\"}",
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"METHOD\":\"tools/call\"}",
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\",\"metho\\u0064\":\"tools/call\"}",
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\",\"param\u017f\":{}}",
        "[]",
        "[{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"}]",
        "null",
        "{}{}",
        "\ufeff{}",
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"a\",\"params\":{\"x\":\"\\udfff\"}}",
        "{\"jsonrpc\":\"2.0\",\"id\":1.5,\"method\":\"ping\"}",
        "{\"jsonrpc\":\"2.0\",\"id\":{},\"method\":\"ping\"}",
      })
  void x19To22ABadMessageIsABadRequestAndReachesNobody(String body) throws InterruptedException {
    try (Conversation envoy = new Conversation(channel)) {
      envoy.ask(Messages.post(router.session()));
      ImmediateResponse answer = envoy.ask(Messages.body(body)).getImmediateResponse();
      assertThat(answer.getStatus().getCodeValue()).isEqualTo(400);
      assertThat(MessageParser.parse(answer.getBody().toByteArray()))
          .isInstanceOf(ParseResult.Parsed.class);
      envoy.expectCompleted();
    }
    assertThat(router.opener.opened).hasValue(0);
  }

  @Test
  void x23WhatAClientMustNotSayIsRemoved() throws InterruptedException {
    try (Conversation envoy = new Conversation(channel)) {
      ProcessingResponse head =
          envoy.ask(
              Messages.head(
                  "GET",
                  PUBLIC_HOST,
                  "/mcp",
                  true,
                  "x-mcp-toolname",
                  "a",
                  "x_mcp_toolname",
                  "b",
                  "router-key",
                  "c",
                  "mcp-init-host",
                  "weather.team-a.mcp.local"));
      assertThat(head.getRequestHeaders().getResponse().getHeaderMutation().getRemoveHeadersList())
          .containsExactlyInAnyOrder(
              "x-mcp-toolname", "x_mcp_toolname", "router-key", "mcp-init-host");
    }
  }

  @Test
  void x24ADoubledSessionIsABadRequest() throws InterruptedException {
    try (Conversation envoy = new Conversation(channel)) {
      ProcessingResponse head =
          envoy.ask(
              Messages.head(
                  "POST",
                  PUBLIC_HOST,
                  "/mcp",
                  false,
                  "content-type",
                  "application/json",
                  "mcp-session-id",
                  "a",
                  "mcp-session-id",
                  "b"));
      assertThat(head.getImmediateResponse().getStatus().getCodeValue()).isEqualTo(400);
    }
  }

  @Test
  void x28TheOutcomeOfOpeningASessionReachesTheClient() throws InterruptedException {
    Map<Opening, Integer> outcomes =
        Map.of(
            new Opening.Refused(401, Map.of("www-authenticate", "Bearer")), 401,
            new Opening.Refused(403, Map.of()), 403,
            new Opening.Failed("down"), 502,
            new Opening.TimedOut(), 504,
            new Opening.Busy(), 503);
    for (Map.Entry<Opening, Integer> outcome : outcomes.entrySet()) {
      router.opener.script = (server, number) -> outcome.getKey();
      try (Conversation envoy = new Conversation(channel)) {
        envoy.ask(Messages.post(router.session()));
        ImmediateResponse answer = envoy.ask(Messages.call("wx_now")).getImmediateResponse();
        assertThat(answer.getStatus().getCodeValue()).isEqualTo(outcome.getValue());
        assertThat(answer.getBody().toStringUtf8()).contains("\"id\":\"i\"");
        if (outcome.getKey() instanceof Opening.Refused(int _, Map<String, String> headers)) {
          assertThat(Messages.sets(answer.getHeaders())).containsAllEntriesOf(headers);
        }
        envoy.expectCompleted();
      }
    }
  }

  @Test
  void x29AServerThatForgotTheSessionGetsANewOneOnTheNextCall() throws InterruptedException {
    String session = router.session();
    try (Conversation envoy = new Conversation(channel)) {
      envoy.ask(Messages.post(session));
      envoy.ask(Messages.call("wx_now"));
      ImmediateResponse answer = envoy.ask(Messages.response(404)).getImmediateResponse();
      assertThat(answer.getStatus().getCodeValue()).isEqualTo(200);
      assertThat(answer.getBody().toStringUtf8()).contains("\"id\":\"i\"").contains("-32603");
      envoy.expectCompleted();
    }
    try (Conversation envoy = new Conversation(channel)) {
      envoy.ask(Messages.post(session));
      CommonResponse body = envoy.ask(Messages.call("wx_now")).getRequestBody().getResponse();
      assertThat(Messages.sets(body.getHeaderMutation()))
          .containsEntry("mcp-session-id", "backend-2");
    }
  }

  @Test
  void x30AnOddToolNameIsEncodedAndAnUnknownOneIsNoRoute() throws InterruptedException {
    String session = router.session();
    try (Conversation envoy = new Conversation(channel)) {
      envoy.ask(Messages.post(session));
      CommonResponse body = envoy.ask(Messages.call("odd")).getRequestBody().getResponse();
      assertThat(Messages.sets(body.getHeaderMutation()))
          .containsEntry("x-mcp-toolname", "=?base64?w7YNCng6IHk=?=");
    }
    for (String name : List.of("a\\r\\nb", "\u007f", "x".repeat(4096), "😀", "=?base64?eA==?=")) {
      try (Conversation envoy = new Conversation(channel)) {
        envoy.ask(Messages.post(session));
        ImmediateResponse answer = envoy.ask(Messages.call(name)).getImmediateResponse();
        assertThat(answer.getStatus().getCodeValue()).isEqualTo(200);
        assertThat(answer.getBody().toStringUtf8()).contains("-32602");
        envoy.expectCompleted();
      }
    }
  }

  @Test
  void aProbeSeesTheListener() {
    assertThat(
            HealthGrpc.newBlockingStub(channel)
                .check(HealthCheckRequest.getDefaultInstance())
                .getStatus())
        .isEqualTo(ServingStatus.SERVING);
  }

  /** White space in front of a bad message, so that only the size differs. */
  private static byte[] jsonOf(int size) {
    byte[] body = " ".repeat(size).getBytes(UTF_8);
    if (size > 0) {
      body[size - 1] = '[';
    }
    return body;
  }

  private static ProcessingMode mode(BodySendMode body, HeaderSendMode response) {
    return ProcessingMode.newBuilder()
        .setRequestHeaderMode(HeaderSendMode.SEND)
        .setRequestBodyMode(body)
        .setRequestTrailerMode(HeaderSendMode.SKIP)
        .setResponseHeaderMode(response)
        .setResponseBodyMode(BodySendMode.NONE)
        .setResponseTrailerMode(HeaderSendMode.SKIP)
        .build();
  }

  private static ManagedChannel channel(int port) {
    return NettyChannelBuilder.forAddress("127.0.0.1", port)
        .usePlaintext()
        .maxInboundMessageSize(32 * 1024 * 1024)
        .build();
  }
}
