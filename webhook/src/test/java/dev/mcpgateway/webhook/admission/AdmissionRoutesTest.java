package dev.mcpgateway.webhook.admission;

import static dev.mcpgateway.webhook.admission.Reviews.createReview;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.helidon.webserver.WebServer;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

/** The HTTP edge, over a plain socket and without an API server. */
class AdmissionRoutesTest {
  private static final Duration PATIENT = Duration.ofSeconds(20);
  private static final int CONCURRENCY = 64;
  private static final Duration IMPATIENT = Duration.ofMillis(300);

  private final AtomicBoolean draining = new AtomicBoolean();
  private final AtomicReference<WorldSource> worlds =
      new AtomicReference<>((admission, deadline) -> View.EMPTY);
  private final PrometheusMeterRegistry metrics =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final AdmissionRoutes routes = routes(PATIENT);
  private final WebServer server = serve(routes);
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  @AfterEach
  void stop() {
    client.close();
    server.stop();
    routes.close();
  }

  @Test
  void aReviewIsAnswered() throws Exception {
    HttpResponse<String> answer = post("application/json", createReview("u-1", "a", "e", "gw"));
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.headers().firstValue("content-type")).hasValue("application/json");
    assertThat(answer.body()).contains("\"uid\":\"u-1\",\"allowed\":true");
    assertThat(metrics.scrape())
        .contains("mcp_webhook_reviews_total{")
        .contains("mcp_webhook_review_seconds_bucket{");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "application/json",
        "application/json; charset=utf-8",
        "application/json;charset=UTF-8;x=y"
      })
  void w28ContentTypeMayCarryParameters(String contentType) throws Exception {
    assertThat(post(contentType, createReview("u", "a", "e", "gw")).statusCode()).isEqualTo(200);
  }

  @ParameterizedTest
  @CsvSource({
    "POST, /validate, text/plain, 415",
    "POST, /other, application/json, 404",
    "GET, /validate, application/json, 405",
    "PUT, /validate, application/json, 405",
    "DELETE, /validate, application/json, 405"
  })
  void w28OtherPathsMethodsAndTypesAreRefused(String method, String path, String type, int status)
      throws Exception {
    HttpResponse<String> answer =
        client.send(
            HttpRequest.newBuilder(uri(path))
                .header("content-type", type)
                .method(method, HttpRequest.BodyPublishers.noBody())
                .build(),
            BodyHandlers.ofString());
    assertThat(answer.statusCode()).isEqualTo(status);
  }

  @ParameterizedTest
  @CsvSource({
    "POST /validate, text/plain, 415",
    "PUT /validate, application/json, 405",
    "GET /validate, application/json, 405",
    "POST /other, application/json, 404"
  })
  void w28WhoIsRefusedIsNotWaitedFor(String request, String type, int status) throws IOException {
    try (Socket socket = connect()) {
      send(
          socket,
          request
              + " HTTP/1.1\r\nHost: localhost\r\nContent-Type: "
              + type
              + "\r\nContent-Length: 10000000000\r\n\r\n");
      // The body never comes; the answer does, and then the end.
      assertThat(everything(socket))
          .startsWith("HTTP/1.1 " + status)
          .containsIgnoringCase("connection: close");
    }
    assertThat(metrics.scrape())
        .contains("mcp_webhook_failed_requests_total{status=\"" + status + "\"} 1.0");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "null", "{}", "[1]", "no json", "{\"kind\":\"AdmissionReview\"}"})
  void w15AMalformedReviewIs400AndTheServerStaysHealthy(String body) throws Exception {
    HttpResponse<String> answer = post("application/json", body);
    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(answer.body()).doesNotContain("Exception").hasLineCount(1);
    assertAnswers();
  }

  @Test
  void w16EveryResponseCarriesItsOwnUid() throws Exception {
    try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
      var answers =
          IntStream.range(0, 1_000)
              .mapToObj(i ->
                  executor.submit(
                      (Callable<String>)
                          () ->
                              post("application/json", createReview("uid-" + i, "a", "e", "gw"))
                                  .body()))
              .toList();
      for (int i = 0; i < answers.size(); i++) {
        assertThat(answers.get(i).get()).contains("\"uid\":\"uid-" + i + "\",");
      }
    }
  }

  @Test
  void w17AnAnnouncedBodyThatIsTooLongIsRefusedUnread() throws IOException {
    try (Socket socket = connect()) {
      send(socket, head("Content-Length: " + (AdmissionCodec.MAX_BYTES + 1)));
      assertThat(response(socket))
          .startsWith("HTTP/1.1 413")
          .containsIgnoringCase("connection: close");
    }
  }

  @Test
  void w17WhatIsLeftOfARefusedBodyIsNoRequest() throws IOException {
    String review = createReview("smuggled", "a", "e", "gw");
    try (Socket socket = connect()) {
      send(
          socket,
          head("Content-Length: " + (AdmissionCodec.MAX_BYTES + 1))
              + head("Content-Length: " + review.length())
              + review);
      assertThat(everything(socket)).startsWith("HTTP/1.1 413").doesNotContain("smuggled");
    }
    assertThat(metrics.scrape()).doesNotContain("mcp_webhook_reviews_total{");
  }

  @Test
  void w17AnEndlessBodyIsCutAtTheLimit() throws IOException {
    try (Socket socket = connect()) {
      send(socket, head("Transfer-Encoding: chunked"));
      byte[] chunk = ("10000\r\n" + " ".repeat(0x10000) + "\r\n").getBytes(US_ASCII);
      Future<?> sender = flood(socket, chunk);
      assertThat(response(socket)).startsWith("HTTP/1.1 413");
      sender.cancel(true);
    }
  }

  @Test
  void w17ThreeMebibytesAreNormal() throws Exception {
    assertThat(post("application/json", padded("u", 3 << 20)).statusCode()).isEqualTo(200);
  }

  @Test
  void w27ASlowBodyIsCutAndOthersAreNotHeldUp() throws Exception {
    AdmissionRoutes impatient = routes(IMPATIENT);
    WebServer other = serve(impatient);
    try (Socket slow = new Socket(InetAddress.getLoopbackAddress(), other.port())) {
      send(slow, head("Content-Length: 1000") + "{");
      assertAnswers();
      long start = System.nanoTime();
      // Closed without an answer, or with one that says so: either way the sender is gone.
      response(slow);
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(PATIENT);
    } finally {
      other.stop();
      impatient.close();
    }
  }

  @Test
  void w25OurOwnFailureIs500AndNeverAnAllowance() throws Exception {
    worlds.set((admission, deadline) -> {
      throw new WorldUnavailableException("The API server did not answer.");
    });
    HttpResponse<String> told = post("application/json", createReview("u", "a", "e", "gw"));
    assertThat(told.statusCode()).isEqualTo(500);
    assertThat(told.body()).isEqualTo("The API server did not answer.\n");
    worlds.set((admission, deadline) -> {
      throw new IllegalStateException("secret detail");
    });
    HttpResponse<String> hidden = post("application/json", createReview("u", "a", "e", "gw"));
    assertThat(hidden.statusCode()).isEqualTo(500);
    assertThat(hidden.body()).doesNotContain("secret").doesNotContain("allowed");
    assertThat(metrics.scrape())
        .contains("mcp_webhook_failed_requests_total{status=\"500\"} 2.0")
        .contains(
            "mcp_webhook_reviews_total{kind=\"MCPGatewayExtension\",operation=\"CREATE\",rule=\"WorldUnavailable\",verdict=\"failed\"} 1.0")
        .contains(
            "mcp_webhook_review_seconds_count{kind=\"MCPGatewayExtension\",operation=\"CREATE\",verdict=\"failed\"} 2");
  }

  @Test
  void largeReviewsKeepTheirRoomUntilTheyAreAnsweredAndSmallOnesPassThem() throws Exception {
    CountDownLatch entered = new CountDownLatch(2);
    CountDownLatch release = new CountDownLatch(1);
    worlds.set((admission, deadline) -> {
      if (admission.request().uid().startsWith("large")) {
        entered.countDown();
        awaitUninterruptibly(release);
      }
      return View.EMPTY;
    });
    try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Integer>> large = new ArrayList<>();
      for (String uid : List.of("large-1", "large-2")) {
        large.add(
            executor.submit(() -> post("application/json", padded(uid, 7_000_000)).statusCode()));
      }
      assertThat(entered.await(60, TimeUnit.SECONDS)).isTrue();
      assertAnswers();
      // Refused unread: who sends the body as well may lose the answer with the connection.
      try (Socket third = connect()) {
        send(third, head("/validate?timeout=1s", "Content-Length: 7000000"));
        assertThat(everything(third)).startsWith("HTTP/1.1 503").contains("too many reviews");
      }
      assertThat(metrics.scrape())
          .contains(
              "mcp_webhook_reviews_total{kind=\"unread\",operation=\"unread\",rule=\"Overloaded\",verdict=\"failed\"} 1.0");
      release.countDown();
      for (Future<Integer> one : large) {
        assertThat(one.get()).isEqualTo(200);
      }
      assertThat(post("application/json", padded("third", 7_000_000)).statusCode()).isEqualTo(200);
    }
  }

  @Test
  void w16WhenAllDecisionsAreHeldTheNextReviewIsRefusedInTimeAndAfterwardsAllAreAnswered()
      throws Exception {
    CountDownLatch entered = new CountDownLatch(CONCURRENCY);
    CountDownLatch release = new CountDownLatch(1);
    worlds.set((admission, deadline) -> {
      if (admission.request().uid().startsWith("held")) {
        entered.countDown();
        awaitUninterruptibly(release);
      }
      return View.EMPTY;
    });
    try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<String>> held = new ArrayList<>();
      for (int i = 0; i < CONCURRENCY; i++) {
        // No namespace has them all.
        String review = createReview("held-" + i, "held-" + i % 8, "e", "gw");
        held.add(executor.submit(() -> post("application/json", review).body()));
      }
      assertThat(entered.await(60, TimeUnit.SECONDS)).isTrue();
      String next = createReview("next", "a", "e", "gw");
      try (Socket socket = connect()) {
        send(
            socket,
            head("/validate?timeout=3s", "Connection: close\r\nContent-Length: " + next.length())
                + next);
        assertThat(everything(socket)).startsWith("HTTP/1.1 503").contains("too many reviews");
      }
      assertThat(held).noneMatch(Future::isDone);
      release.countDown();
      for (int i = 0; i < CONCURRENCY; i++) {
        assertThat(held.get(i).get()).contains("\"uid\":\"held-" + i + "\",\"allowed\":true");
      }
      // Every one of them has left its place.
      for (int i = 0; i <= CONCURRENCY; i++) {
        assertAnswers();
      }
    } finally {
      release.countDown();
    }
  }

  @Test
  void aNamespaceThatHoldsAllItsPlacesDelaysNobodyElse() throws Exception {
    int places = CONCURRENCY / 8;
    CountDownLatch entered = new CountDownLatch(places);
    CountDownLatch release = new CountDownLatch(1);
    worlds.set((admission, deadline) -> {
      if (admission.request().object().namespace().equals("greedy")) {
        entered.countDown();
        awaitUninterruptibly(release);
      }
      return View.EMPTY;
    });
    try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Integer>> greedy = new ArrayList<>();
      for (int i = 0; i < 2 * CONCURRENCY; i++) {
        String review = createReview("greedy-" + i, "greedy", "e", "gw");
        greedy.add(executor.submit(() -> post("application/json", review).statusCode()));
      }
      assertThat(entered.await(60, TimeUnit.SECONDS)).isTrue();
      // All others wait for a place of their namespace, and for none that anybody could have.
      for (int i = 0; i < CONCURRENCY; i++) {
        assertAnswers();
      }
      String next = createReview("next", "greedy", "e", "gw");
      try (Socket socket = connect()) {
        send(
            socket,
            head("/validate?timeout=1s", "Connection: close\r\nContent-Length: " + next.length())
                + next);
        assertThat(everything(socket))
            .startsWith("HTTP/1.1 503")
            .contains("too many reviews of namespace greedy");
      }
      assertThat(metrics.scrape())
          .contains(
              "mcp_webhook_reviews_total{kind=\"MCPGatewayExtension\",operation=\"CREATE\",rule=\"Overloaded\",verdict=\"failed\"} 1.0");
      assertThat(greedy).noneMatch(Future::isDone);
      release.countDown();
      for (Future<Integer> one : greedy) {
        assertThat(one.get()).isEqualTo(200);
      }
    } finally {
      release.countDown();
    }
  }

  @Test
  void aReviewWhoseAnswerIsLostHasOneLineAndWhatWasDecidedStands() throws Exception {
    var lines = new ListAppender<ILoggingEvent>();
    lines.start();
    Logger audit = (Logger) LoggerFactory.getLogger("audit");
    audit.setLevel(Level.INFO);
    audit.addAppender(lines);
    var failures = new ListAppender<ILoggingEvent>();
    failures.start();
    Logger edge = (Logger) LoggerFactory.getLogger(AdmissionRoutes.class);
    edge.addAppender(failures);
    CountDownLatch entered = new CountDownLatch(1);
    CountDownLatch gone = new CountDownLatch(1);
    worlds.set((admission, deadline) -> {
      if (admission.request().uid().equals("lost")) {
        entered.countDown();
        awaitUninterruptibly(gone);
      }
      return View.EMPTY;
    });
    try {
      String review = createReview("lost", "a", "e", "gw");
      try (Socket socket = connect()) {
        send(socket, head("Content-Length: " + review.length()) + review);
        assertThat(entered.await(60, TimeUnit.SECONDS)).isTrue();
        // Closed by a reset: nothing can be written any more.
        socket.setSoLinger(true, 0);
      }
      gone.countDown();
      await()
          .atMost(Duration.ofSeconds(60))
          .until(() ->
              List.copyOf(failures.list).stream()
                  .anyMatch(line -> line.getMessage().equals("Connection lost")));
      assertAnswers();
      assertThat(lines.list)
          .filteredOn(line -> line.getKeyValuePairs().toString().contains("uid=\"lost\""))
          .hasSize(1)
          .allSatisfy(line ->
              assertThat(line.getKeyValuePairs().toString()).contains("verdict=\"allowed\""));
      assertThat(metrics.scrape())
          .doesNotContain("verdict=\"failed\"")
          .doesNotContain("mcp_webhook_failed_requests_total{");
    } finally {
      audit.detachAppender(lines);
      edge.detachAppender(failures);
    }
  }

  @Test
  void aDrainingWebhookAnswersAndClosesTheConnection() throws Exception {
    draining.set(true);
    HttpResponse<String> answer = post("application/json", createReview("u", "a", "e", "gw"));
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.headers().firstValue("connection")).hasValue("close");
    try (Socket socket = connect()) {
      String review = createReview("u", "a", "e", "gw");
      String request = head("Content-Length: " + review.length()) + review;
      send(socket, request + request);
      assertThat(everything(socket)).containsOnlyOnce("HTTP/1.1");
    }
  }

  private AdmissionRoutes routes(Duration bodyDeadline) {
    return new AdmissionRoutes(
        (admission, deadline) -> worlds.get().observe(admission, deadline),
        new AdmissionMetrics(metrics),
        draining::get,
        bodyDeadline,
        CONCURRENCY);
  }

  private static WebServer serve(AdmissionRoutes routes) {
    return WebServer.builder()
        .host("127.0.0.1")
        .port(0)
        .shutdownHook(false)
        .routing(r -> r.register(routes))
        .build()
        .start();
  }

  private void assertAnswers() throws Exception {
    assertThat(post("application/json", createReview("u", "a", "e", "gw")).statusCode())
        .isEqualTo(200);
  }

  /** A review of about this many bytes. */
  private static String padded(String uid, int bytes) {
    return createReview(uid, "a", "e", "gw")
        .replace(
            "\"uid\":\"o-1\"",
            "\"uid\":\"o-1\",\"annotations\":{\"x\":\"" + "y".repeat(bytes) + "\"}");
  }

  private static void awaitUninterruptibly(CountDownLatch latch) {
    try {
      assertThat(latch.await(60, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private HttpResponse<String> post(String contentType, String body) throws Exception {
    return client.send(
        HttpRequest.newBuilder(uri("/validate?timeout=30s"))
            .header("content-type", contentType)
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build(),
        BodyHandlers.ofString());
  }

  private URI uri(String path) {
    return URI.create("http://127.0.0.1:" + server.port() + path);
  }

  private Socket connect() throws IOException {
    return new Socket(InetAddress.getLoopbackAddress(), server.port());
  }

  private static String head(String header) {
    return head("/validate", header);
  }

  private static String head(String path, String header) {
    return "POST "
        + path
        + " HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
        + header
        + "\r\n\r\n";
  }

  private static void send(Socket socket, String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(US_ASCII));
  }

  private static Future<?> flood(Socket socket, byte[] chunk) {
    var sender = Executors.newSingleThreadExecutor();
    try {
      return sender.submit(() -> {
        for (int i = 0; i < 200; i++) {
          socket.getOutputStream().write(chunk);
        }
        return null;
      });
    } finally {
      sender.shutdown();
    }
  }

  /** The head of one response. */
  private static String response(Socket socket) {
    return read(socket, text -> text.indexOf("\r\n\r\n") < 0);
  }

  /** What is answered until the connection is closed. */
  private static String everything(Socket socket) {
    return read(socket, text -> true);
  }

  private static String read(Socket socket, Predicate<StringBuilder> more) {
    StringBuilder text = new StringBuilder();
    try {
      socket.setSoTimeout(30_000);
      InputStream in = socket.getInputStream();
      for (int c = in.read(); c >= 0 && more.test(text); c = in.read()) {
        text.append((char) c);
      }
    } catch (SocketTimeoutException e) {
      throw new AssertionError("neither answered nor closed", e);
    } catch (IOException e) {
      // A reset connection ends the response as well.
    }
    return text.toString();
  }
}
