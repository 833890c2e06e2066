package dev.mcpgateway.broker;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mcpgateway.broker.api.KeyNames;
import dev.mcpgateway.broker.api.config.ConfigCodec;
import dev.mcpgateway.broker.api.config.GatewayConfig;
import dev.mcpgateway.broker.api.config.ServerConfig;
import dev.mcpgateway.broker.api.push.BrokerReport;
import dev.mcpgateway.broker.api.push.PushCodec;
import dev.mcpgateway.broker.api.push.PushReply;
import dev.mcpgateway.broker.api.push.PushReply.Outcome;
import dev.mcpgateway.broker.api.push.PushRequest;
import dev.mcpgateway.broker.api.push.Sealer;
import dev.mcpgateway.broker.fake.FakeMcpServer;
import dev.mcpgateway.broker.fake.MountedSecret;
import dev.mcpgateway.broker.session.KeyRing;
import dev.mcpgateway.broker.session.LiveKeys;
import dev.mcpgateway.broker.session.SessionTokens;
import dev.mcpgateway.broker.session.SessionVerdict;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The whole broker, as the controller meets it. */
class PushTest {
  private static final Duration LONG = Duration.ofSeconds(30);
  private static final int SLOTS = 32;

  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final Sealer sealer = new Sealer(key(3));
  private final Path folder;
  private final MountedSecret config;
  private final MountedSecret keysFolder;
  private final LiveKeys keys;
  private final Broker broker;

  PushTest(@TempDir Path folder) throws IOException {
    this.folder = folder;
    this.config = new MountedSecret(Files.createDirectory(folder.resolve("config")));
    this.keysFolder = new MountedSecret(Files.createDirectory(folder.resolve("keys")));
    mountKeys("", 0);
    this.keys = LiveKeys.start(folder.resolve("keys"));
    this.broker = new Broker(settings(), keys, Clock.systemUTC());
  }

  @BeforeEach
  void start() throws InterruptedException {
    broker.start();
  }

  @AfterEach
  void stop() {
    broker.close();
    keys.close();
    client.shutdownNow();
  }

  @Test
  void whatIsPushedIsServedAndAcknowledged() throws Exception {
    try (FakeMcpServer server = FakeMcpServer.start("today")) {
      byte[] document = document(server.url());
      PushReply reply = push(sealer, PushRequest.apply(7, document));
      assertThat(reply.outcome()).isEqualTo(Outcome.APPLIED);
      assertThat(reply.report().version()).isEqualTo(7);
      assertThat(reply.report().hash()).isEqualTo(ConfigCodec.hash(document));

      BrokerReport report = reply.report();
      while (report.toolsServed() == 0) {
        report = push(sealer, PushRequest.report(report.revision(), LONG)).report();
      }
      assertThat(report.servers().getFirst().name()).isEqualTo("team-a/wx");
      assertThat(report.servers().getFirst().tools()).containsExactly("wx_today");
      assertThat(report.servers().getFirst().ready()).isTrue();
      assertThat(get("/status")).contains("\"source\":\"push\"");
      assertThat(get("/metrics"))
          .contains("mcp_broker_pushes_total{outcome=\"applied\"} 1.0")
          .containsPattern("mcp_broker_last_push_age_seconds [0-9]");
    }
  }

  @Test
  void aRepeatedOrOlderPushChangesNothing() throws Exception {
    byte[] first = document("http://127.0.0.1:1/");
    byte[] second = ConfigCodec.write(GatewayConfig.EMPTY);
    UUID exchange = UUID.randomUUID();
    byte[] recorded = sealer.sealRequest(exchange, PushCodec.write(PushRequest.apply(7, first)));
    assertThat(open(exchange, post(recorded)).outcome()).isEqualTo(Outcome.APPLIED);
    assertThat(push(sealer, PushRequest.apply(8, second)).outcome()).isEqualTo(Outcome.APPLIED);

    assertThat(post(recorded).statusCode()).isEqualTo(409);
    PushReply older = push(sealer, PushRequest.apply(7, first));
    assertThat(older.outcome()).isEqualTo(Outcome.OLDER);
    assertThat(older.report().version()).isEqualTo(8);
    assertThat(push(sealer, PushRequest.apply(8, first)).outcome()).isEqualTo(Outcome.OLDER);
    assertThat(push(sealer, PushRequest.apply(8, second)).outcome()).isEqualTo(Outcome.CURRENT);
  }

  @Test
  void aDocumentThatIsNoneIsRefusedWithAReason() throws Exception {
    PushReply reply = push(sealer, PushRequest.apply(7, "servers: [".getBytes(UTF_8)));
    assertThat(reply.outcome()).isEqualTo(Outcome.REFUSED);
    assertThat(reply.error()).contains("not a YAML document");
    assertThat(reply.report().configError()).isEqualTo(reply.error());
    assertThat(reply.report().version()).isZero();
  }

  @Test
  void whatIsNotSealedWithOurKeyIsTurnedAwayWithoutAWord() throws Exception {
    byte[] sealed =
        sealer.sealRequest(
            UUID.randomUUID(), PushCodec.write(PushRequest.apply(7, document("http://x/"))));
    byte[] tampered = sealed.clone();
    tampered[sealed.length / 2] ^= 1;
    byte[] foreign =
        new Sealer(key(9))
            .sealRequest(UUID.randomUUID(), PushCodec.write(PushRequest.report("", LONG)));
    for (byte[] body : List.of(tampered, foreign, new byte[0], "hello".getBytes(UTF_8))) {
      HttpResponse<byte[]> answer = post(body);
      assertThat(answer.statusCode()).isEqualTo(401);
      assertThat(answer.body()).isEmpty();
    }
    assertThat(get("/status")).contains("\"version\":0");
    assertThat(get("/metrics")).contains("mcp_broker_pushes_total{outcome=\"unopened\"} 4.0");
  }

  @Test
  void whatIsSealedAndNoRequestIsABadOne() throws Exception {
    HttpResponse<byte[]> answer = post(sealer.sealRequest(UUID.randomUUID(), "{}".getBytes(UTF_8)));
    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(answer.body()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 30_000_000})
  void whatIsTooLargeIsRefused(int bytesTooMany) throws Exception {
    byte[] head =
        ("POST /push HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: "
                + (PushCodec.MAX_REQUEST_BYTES + bytesTooMany)
                + "\r\n\r\n")
            .getBytes(UTF_8);
    try (Socket socket = connect()) {
      socket.getOutputStream().write(head);
      if (bytesTooMany == 1) {
        socket.getOutputStream().write(new byte[PushCodec.MAX_REQUEST_BYTES + 1]);
      }
      socket.getOutputStream().flush();
      assertThat(statusLine(socket)).contains(" 413 ");
    }
  }

  @Test
  void otherVerbsAreRefused() throws Exception {
    HttpResponse<String> answer =
        client.send(HttpRequest.newBuilder(uri("/push")).GET().build(), BodyHandlers.ofString());
    assertThat(answer.statusCode()).isEqualTo(405);
    assertThat(answer.headers().firstValue("allow")).contains("POST");
  }

  @Test
  void slowStrangersDoNotKeepTheControllerOut() throws Exception {
    List<Socket> slow = new ArrayList<>();
    try {
      for (int i = 0; i < 3 * SLOTS; i++) {
        Socket socket = connect();
        slow.add(socket);
        socket
            .getOutputStream()
            .write("POST /push HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nx".getBytes(UTF_8));
        socket.getOutputStream().flush();
        // Not a single time does it have to try again.
        assertThat(push(sealer, PushRequest.report("", LONG)).outcome()).isEqualTo(Outcome.CURRENT);
      }
      for (long version = 1; version <= 10; version++) {
        assertThat(push(sealer, PushRequest.apply(version, document("http://x/" + version))))
            .extracting(PushReply::outcome)
            .isEqualTo(Outcome.APPLIED);
      }
      assertThat(get("/healthz")).isEqualTo("ok\n");
      // Each gave way to another one, or had its few seconds.
      for (Socket socket : slow) {
        assertThat(statusLine(socket)).isEmpty();
      }
    } finally {
      for (Socket socket : slow) {
        socket.close();
      }
    }
  }

  @Test
  void theControllersOwnRequestsAreBoundedAndAStrangersNeverTakeTheirPlaces() throws Exception {
    BrokerReport seen = push(sealer, PushRequest.report("", LONG)).report();
    List<CompletableFuture<PushReply>> held = new ArrayList<>();
    for (int i = 0; i < SLOTS; i++) {
      held.add(
          CompletableFuture.supplyAsync(
              () -> unchecked(() -> push(sealer, PushRequest.report(seen.revision(), LONG))),
              task -> Thread.ofVirtual().start(task)));
    }
    await()
        .atMost(LONG)
        .until(() -> get("/metrics").contains("mcp_broker_report_waiters " + SLOTS + ".0"));
    assertThat(status(sealer)).isEqualTo(503);
    assertThat(status(new Sealer(key(9)))).isEqualTo(401);
    // Whatever is new answers all of them.
    config.swap(Map.of("config.yaml", document("http://x/"), "version", "1".getBytes(UTF_8)));
    for (CompletableFuture<PushReply> answer : held) {
      assertThat(answer.get(30, TimeUnit.SECONDS).report().version()).isEqualTo(1);
    }
    assertThat(status(sealer)).isEqualTo(200);
  }

  @Test
  void whoRepeatsWhatTheControllerHasSentGetsNoneOfItsPlaces() throws Exception {
    BrokerReport seen = push(sealer, PushRequest.report("", LONG)).report();
    byte[] recorded =
        sealer.sealRequest(
            UUID.randomUUID(), PushCodec.write(PushRequest.report(seen.revision(), LONG)));
    CompletableFuture<HttpResponse<byte[]>> held =
        CompletableFuture.supplyAsync(
            () -> unchecked(() -> post(recorded)), task -> Thread.ofVirtual().start(task));
    await().atMost(LONG).until(() -> get("/metrics").contains("mcp_broker_report_waiters 1.0"));
    for (int i = 0; i < SLOTS; i++) {
      assertThat(post(recorded).statusCode()).isEqualTo(409);
    }
    assertThat(get("/metrics")).contains("mcp_broker_report_waiters 1.0");
    assertThat(status(sealer)).isEqualTo(200);
    config.swap(Map.of("config.yaml", document("http://x/"), "version", "1".getBytes(UTF_8)));
    assertThat(held.get(30, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
    assertThat(post(recorded).statusCode()).isEqualTo(409);
  }

  @Test
  void aHeldAnswerIsGivenWhenTheBrokerStops() throws Exception {
    BrokerReport seen = push(sealer, PushRequest.report("", LONG)).report();
    CompletableFuture<PushReply> held =
        CompletableFuture.supplyAsync(
            () -> unchecked(() -> push(sealer, PushRequest.report(seen.revision(), LONG))));
    await().atMost(LONG).until(() -> get("/metrics").contains("mcp_broker_report_waiters 1.0"));
    broker.close();
    assertThat(held.get(30, TimeUnit.SECONDS).report().revision()).isEqualTo(seen.revision());
  }

  @Test
  void pushesAndTheFileLeadToTheNewestVersionWhateverComesFirst() throws Exception {
    CompletableFuture<?> pushing =
        CompletableFuture.runAsync(() -> {
          for (long version = 1; version < 40; version += 2) {
            long pushed = version;
            unchecked(
                () -> push(sealer, PushRequest.apply(pushed, document("http://x/" + pushed))));
          }
        });
    for (long version = 2; version <= 40; version += 2) {
      config.swap(
          Map.of(
              "config.yaml", document("http://x/" + version),
              "version", Long.toString(version).getBytes(UTF_8)));
    }
    pushing.get(30, TimeUnit.SECONDS);
    await()
        .atMost(LONG)
        .untilAsserted(() -> {
          BrokerReport report = push(sealer, PushRequest.report("", LONG)).report();
          assertThat(report.version()).isEqualTo(40);
          assertThat(report.hash()).isEqualTo(ConfigCodec.hash(document("http://x/40")));
          assertThat(report.configError()).isNull();
        });
  }

  @Test
  void c21TheControllerAndSessionsStayWelcomeWhileKeysAreRotated() throws Exception {
    String session = session();
    Sealer next = new Sealer(key(13));
    mountKeys("", 0, ".next", 10);
    await().atMost(LONG).until(() -> status(next) == 200);
    assertThat(status(sealer)).isEqualTo(200);

    mountKeys("", 10, ".previous", 0);
    await().atMost(LONG).until(() -> isOf(session(), key(11)));
    assertThat(status(sealer)).isEqualTo(200);
    assertThat(status(next)).isEqualTo(200);
    assertThat(ping(session)).isEqualTo(200);

    mountKeys("", 10);
    await().atMost(LONG).until(() -> status(sealer) == 401);
    assertThat(status(next)).isEqualTo(200);
    assertThat(ping(session)).isEqualTo(404);
  }

  @Test
  void c21ARotatedCredentialReachesTheServerAndNobodyStartsAnew() throws Exception {
    try (FakeMcpServer server = FakeMcpServer.start("today")) {
      serves(push(sealer, PushRequest.apply(1, document(server.url(), "Bearer one"))).report());
      assertThat(authorizations(server)).containsOnly("Bearer one");
      String session = session();

      PushReply reply = push(sealer, PushRequest.apply(2, document(server.url(), "Bearer two")));
      assertThat(reply.outcome()).isEqualTo(Outcome.APPLIED);
      await().atMost(LONG).until(() -> authorizations(server).contains("Bearer two"));
      serves(push(sealer, PushRequest.report("", LONG)).report());
      assertThat(ping(session)).isEqualTo(200);
      assertThat(get("/status") + get("/metrics")).doesNotContain("Bearer");
    }
  }

  /** Waits until tools are served. */
  private void serves(BrokerReport report) throws Exception {
    BrokerReport last = report;
    while (last.toolsServed() == 0) {
      last = push(sealer, PushRequest.report(last.revision(), LONG)).report();
    }
  }

  private static List<String> authorizations(FakeMcpServer server) {
    return server.headers.stream().map(h -> String.valueOf(h.getFirst("Authorization"))).toList();
  }

  private int status(Sealer by) throws Exception {
    return post(by.sealRequest(
            UUID.randomUUID(), PushCodec.write(PushRequest.report("", Duration.ZERO))))
        .statusCode();
  }

  private PushReply push(Sealer by, PushRequest request) throws Exception {
    UUID exchange = UUID.randomUUID();
    return open(exchange, post(by.sealRequest(exchange, PushCodec.write(request))));
  }

  private PushReply open(UUID exchange, HttpResponse<byte[]> answer) {
    assertThat(answer.statusCode()).isEqualTo(200);
    byte[] plain = sealer.openReply(exchange, answer.body());
    if (plain == null) {
      throw new AssertionError("the reply cannot be opened");
    }
    return PushCodec.readReply(plain);
  }

  private HttpResponse<byte[]> post(byte[] body) throws Exception {
    return client.send(
        HttpRequest.newBuilder(uri("/push"))
            .header("Content-Type", "application/octet-stream")
            .timeout(LONG.multipliedBy(2))
            .POST(HttpRequest.BodyPublishers.ofByteArray(body))
            .build(),
        BodyHandlers.ofByteArray());
  }

  private String get(String path) throws Exception {
    return client.send(HttpRequest.newBuilder(uri(path)).build(), BodyHandlers.ofString()).body();
  }

  private String session() throws Exception {
    return mcp("initialize", "").headers().firstValue("mcp-session-id").orElseThrow();
  }

  private int ping(String session) throws Exception {
    return mcp("ping", session).statusCode();
  }

  private HttpResponse<String> mcp(String method, String session) throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(uri("/mcp"))
            .header("Content-Type", "application/json")
            .header("Accept", "application/json, text/event-stream")
            .POST(
                HttpRequest.BodyPublishers.ofString(
                    "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"%s\",\"params\":{\"protocolVersion\":\"2025-11-25\"}}"
                        .formatted(method)));
    if (!session.isEmpty()) {
      request.header("Mcp-Session-Id", session);
    }
    return client.send(request.build(), BodyHandlers.ofString());
  }

  private URI uri(String path) {
    return URI.create("http://127.0.0.1:%d%s".formatted(broker.httpPort(), path));
  }

  private Socket connect() throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), broker.httpPort());
    socket.setSoTimeout((int) LONG.toMillis());
    return socket;
  }

  /** The first line of the answer, empty when the connection was closed without one. */
  private static String statusLine(Socket socket) throws IOException {
    byte[] first = socket.getInputStream().readNBytes(20);
    return new String(first, ISO_8859_1);
  }

  /** Pairs of suffix and number: three keys with the suffix, filled with numbers from there on. */
  private void mountKeys(Object... suffixesAndOffsets) throws IOException {
    Map<String, byte[]> files = new HashMap<>();
    for (int i = 0; i < suffixesAndOffsets.length; i += 2) {
      int value = (int) suffixesAndOffsets[i + 1];
      for (String name : List.of(KeyNames.SESSION_SIGNING, KeyNames.ROUTER, KeyNames.PUSH)) {
        files.put(
            name + suffixesAndOffsets[i],
            Base64.getEncoder().encodeToString(key(++value)).getBytes(UTF_8));
      }
    }
    keysFolder.swap(files);
  }

  private static boolean isOf(String session, byte[] signingKey) {
    KeyRing only = new KeyRing(signingKey, key(0), key(0));
    return new SessionTokens(() -> only, "localhost", LONG, Clock.systemUTC()).verify(session)
        instanceof SessionVerdict.Valid;
  }

  private static byte[] document(String url) {
    return document(url, "Bearer x");
  }

  private static byte[] document(String url, String credential) {
    return ConfigCodec.write(
        new GatewayConfig(
            List.of(new ServerConfig("team-a/wx", url, "wx.mcp.local", "wx_", credential, true)),
            List.of()));
  }

  private static byte[] key(int value) {
    byte[] key = new byte[32];
    Arrays.fill(key, (byte) value);
    return key;
  }

  private BrokerSettings settings() {
    return BrokerSettings.load(
        "--bind.address=127.0.0.1",
        "--http.port=0",
        "--grpc.port=0",
        "--config.file=" + folder.resolve("config/config.yaml"),
        "--config.version-file=" + folder.resolve("config/version"),
        "--keys.dir=" + folder.resolve("keys"),
        "--gateway.public-host=localhost",
        "--gateway.internal-host-pattern=*.mcp.local",
        "--gateway.private-host=127.0.0.1:1",
        "--shutdown.drain=PT0S");
  }

  private static <T> T unchecked(Callable<T> action) {
    try {
      return action.call();
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }
}
