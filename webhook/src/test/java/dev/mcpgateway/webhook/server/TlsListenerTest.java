package dev.mcpgateway.webhook.server;

import static dev.mcpgateway.webhook.certificates.IssuedCertificates.issue;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.mcpgateway.webhook.certificates.IssuedCertificates.Issued;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLSocket;
import org.awaitility.core.ThrowingRunnable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TlsListenerTest {
  private static final String NAME = "webhook.mcp-system.svc";
  private static final int MAX_CONNECTIONS = 8;
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final CountDownLatch entered = new CountDownLatch(1);
  private final CountDownLatch release = new CountDownLatch(1);
  private final TlsListener listener =
      new TlsListener(
          new TlsListener.Settings("127.0.0.1", 0, MAX_CONNECTIONS, Duration.ofSeconds(10)),
          new Blocking());

  /** What the API server was told to trust. */
  private Set<String> caBundles = Set.of();

  private final SelfDial dial = new SelfDial(listener, NAME, () -> caBundles);
  private final Drain drain = new Drain();
  private final Health health = new Health(listener, dial, () -> "", () -> true, drain);

  @AfterEach
  void stop() {
    release.countDown();
    listener.close();
  }

  @Test
  void withoutACertificateItIsAliveButNotReady() {
    assertThat(health.reasonsToRestart()).isEmpty();
    assertThat(health.reasonsToWait()).containsExactly("no certificate yet");
  }

  @Test
  void withACertificateForTheServiceItIsReadyUntilItStops() {
    present(issue("localhost", NAME));
    eventually(() -> assertThat(health.reasonsToWait()).isEmpty());
    drain.begin();
    eventually(() -> assertThat(health.reasonsToWait()).containsExactly("stopping"));
    eventually(() -> assertThat(health.reasonsToRestart()).isEmpty());
  }

  @Test
  void beforeTheClusterHasBeenReadItIsNotReady() {
    present(issue(NAME));
    var unread = new Health(listener, dial, () -> "", () -> false, drain);
    eventually(() ->
        assertThat(unread.reasonsToWait()).containsExactly("the cluster has not been read yet"));
  }

  @Test
  void w22ACertificateWithTheWrongNameIsNotReadyAndNoReasonToRestart() {
    present(issue("localhost"));
    eventually(() ->
        assertThat(health.reasonsToWait())
            .singleElement()
            .asString()
            .contains("does not answer")
            .contains(NAME));
    eventually(() -> assertThat(health.reasonsToRestart()).isEmpty());
  }

  @Test
  void w22ACertificateOfAnAuthorityNobodyWasToldOfIsNotReady() {
    present(issue(NAME));
    caBundles = Set.of();
    assertThat(health.reasonsToWait()).singleElement().asString().contains("caBundle");
    caBundles = Set.of(issue(NAME).caBundle());
    assertThat(health.reasonsToWait()).singleElement().asString().contains("does not answer");
    caBundles = Set.of("no PEM");
    assertThat(health.reasonsToWait()).hasSize(1);
    eventually(() -> assertThat(health.reasonsToRestart()).isEmpty());
  }

  @Test
  void w23OneWayInIsEnough() {
    Issued issued = issue(NAME);
    present(issued);
    caBundles = Set.of(issue(NAME).caBundle(), issued.caBundle());
    eventually(() -> assertThat(health.reasonsToWait()).isEmpty());
  }

  @Test
  void whyThereIsNoCertificateIsToldAsLongAsThereIsNone() {
    var health = new Health(listener, dial, () -> "the Secret is missing", () -> true, drain);
    assertThat(health.reasonsToWait())
        .containsExactly("no certificate yet", "the Secret is missing");
    present(issue(NAME));
    eventually(() -> assertThat(health.reasonsToWait()).isEmpty());
  }

  @Test
  void w22ANewCertificateIsPresentedWithoutClosingConnections() throws Exception {
    Issued first = issue("localhost", NAME);
    present(first);
    try (HttpClient old = client(first)) {
      assertThat(get(old, "/healthz")).isEqualTo(200);
      Issued second = issue("localhost", NAME);
      present(second);
      eventually(() -> assertThat(dial.failure()).isEmpty());
      // This client does not trust the new authority: it can only go on with its connection.
      assertThat(get(old, "/healthz")).isEqualTo(200);
    }
  }

  @Test
  void w27IdleConnectionsAreBoundedAndLivenessTellsWhenTheyAreAllTaken() throws Exception {
    present(issue(NAME));
    List<Socket> idle = new ArrayList<>();
    try {
      for (int i = 0; i < 3 * MAX_CONNECTIONS; i++) {
        Socket socket = new Socket();
        socket.connect(listener.address().orElseThrow(), 1_000);
        idle.add(socket);
      }
      assertThat(health.reasonsToRestart()).hasSize(1);
    } finally {
      for (Socket socket : idle) {
        socket.close();
      }
    }
    eventually(() -> assertThat(health.reasonsToRestart()).isEmpty());
  }

  @Test
  void w27SlowHeadersTakeConnectionsUpToTheBoundAndNothingFromOneThatIsOpen() throws Exception {
    Issued issued = issue("localhost", NAME);
    present(issued);
    List<Socket> slow = new ArrayList<>();
    try (HttpClient apiServer = client(issued)) {
      assertThat(get(apiServer, "/healthz")).isEqualTo(200);
      for (int i = 0; i < MAX_CONNECTIONS - 1; i++) {
        slow.add(slowHeaders(issued, PATIENCE));
      }
      // The API server keeps its connections, so it does not need a new one.
      assertThat(get(apiServer, "/healthz")).isEqualTo(200);
      assertThatThrownBy(() -> slow.add(slowHeaders(issued, Duration.ofSeconds(3))))
          .isInstanceOf(SocketTimeoutException.class);
    } finally {
      for (Socket socket : slow) {
        socket.close();
      }
    }
    eventually(() -> assertThat(dial.failure()).isEmpty());
  }

  @Test
  void w28WhoAsksForHealthWithABodyIsNotWaitedFor() throws Exception {
    Issued issued = issue("localhost", NAME);
    present(issued);
    try (SSLSocket socket = connect(issued, PATIENCE)) {
      socket
          .getOutputStream()
          .write(
              "GET /healthz HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n"
                  .getBytes(US_ASCII));
      assertThat(socket.getInputStream().readAllBytes()).asString(US_ASCII).contains(" 200 ");
    }
  }

  @Test
  void w27PlainHttpOnTheTlsPortIsClosedAndHarmsNobody() throws Exception {
    present(issue(NAME));
    InetSocketAddress address = listener.address().orElseThrow();
    for (int i = 0; i < 2 * MAX_CONNECTIONS; i++) {
      try (Socket socket = new Socket(address.getAddress(), address.getPort())) {
        socket.setSoTimeout(Math.toIntExact(PATIENCE.toMillis()));
        socket
            .getOutputStream()
            .write("GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(US_ASCII));
        assertThat(socket.getInputStream().readAllBytes())
            .asString(US_ASCII)
            .doesNotContain("HTTP/1.1 200");
      }
    }
    eventually(() -> assertThat(dial.failure()).isEmpty());
  }

  @Test
  void aStoppingListenerFinishesWhatItHasBegun() throws Exception {
    Issued issued = issue("localhost", NAME);
    present(issued);
    try (HttpClient client = client(issued)) {
      var running = CompletableFuture.supplyAsync(() -> unchecked(client, "/slow"));
      assertThat(entered.await(30, TimeUnit.SECONDS)).isTrue();
      var stopping = CompletableFuture.runAsync(listener::close);
      release.countDown();
      assertThat(running.get(30, TimeUnit.SECONDS)).isEqualTo(200);
      stopping.get(30, TimeUnit.SECONDS);
    }
  }

  /** A dial gives up after two seconds, which a busy machine may need for its first handshake. */
  private static void eventually(ThrowingRunnable assertion) {
    await().atMost(PATIENCE).untilAsserted(assertion);
  }

  /** Presents them and tells the API server whom to trust. */
  private void present(Issued issued) {
    listener.present(issued.identity());
    caBundles = Set.of(issued.caBundle());
  }

  /** Shakes hands, begins a request and never ends its headers. */
  private Socket slowHeaders(Issued issued, Duration patience)
      throws GeneralSecurityException, IOException {
    SSLSocket socket = connect(issued, patience);
    socket
        .getOutputStream()
        .write("POST /validate HTTP/1.1\r\nHost: x\r\nX-Slow:".getBytes(US_ASCII));
    return socket;
  }

  /** A socket after its handshake; fails when it is not accepted in time. */
  private SSLSocket connect(Issued issued, Duration patience)
      throws GeneralSecurityException, IOException {
    InetSocketAddress address = listener.address().orElseThrow();
    // A context of its own, so that no session is resumed.
    SSLSocket socket =
        (SSLSocket)
            SelfDial.trusting(issued.trusted())
                .getSocketFactory()
                .createSocket(address.getAddress(), address.getPort());
    try {
      socket.setSoTimeout(Math.toIntExact(patience.toMillis()));
      socket.startHandshake();
      return socket;
    } catch (IOException e) {
      socket.close();
      throw e;
    }
  }

  private final class Blocking implements HttpService {
    @Override
    public void routing(HttpRules rules) {
      rules.get(
          "/slow",
          (req, res) -> {
            entered.countDown();
            boolean _ = release.await(30, TimeUnit.SECONDS);
            res.send("done");
          });
    }
  }

  private int get(HttpClient client, String path) throws IOException, InterruptedException {
    int port = listener.address().orElseThrow().getPort();
    return client
        .send(
            HttpRequest.newBuilder(URI.create("https://localhost:" + port + path)).build(),
            BodyHandlers.discarding())
        .statusCode();
  }

  private int unchecked(HttpClient client, String path) {
    try {
      return get(client, path);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return -1;
    }
  }

  private static HttpClient client(Issued issued) throws GeneralSecurityException, IOException {
    return HttpClient.newBuilder()
        .version(HttpClient.Version.HTTP_1_1)
        .sslContext(SelfDial.trusting(issued.trusted()))
        .build();
  }
}
