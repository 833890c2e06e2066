package dev.mcpgateway.webhook.server;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.mcpgateway.webhook.certificates.IssuedCertificates;
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
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLSocket;
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
  private final SelfDial dial = new SelfDial(listener, NAME);
  private final Drain drain = new Drain();
  private final Health health = new Health(listener, dial, () -> true, drain);

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
    listener.present(IssuedCertificates.identity("localhost", NAME));
    assertThat(health.reasonsToWait()).isEmpty();
    drain.begin();
    assertThat(health.reasonsToWait()).containsExactly("stopping");
    assertThat(health.reasonsToRestart()).isEmpty();
  }

  @Test
  void beforeTheClusterHasBeenReadItIsNotReady() {
    listener.present(IssuedCertificates.identity(NAME));
    assertThat(new Health(listener, dial, () -> false, drain).reasonsToWait())
        .containsExactly("the cluster has not been read yet");
  }

  @Test
  void w22ACertificateWithTheWrongNameIsNotReadyAndNoReasonToRestart() {
    listener.present(IssuedCertificates.identity("localhost"));
    assertThat(health.reasonsToWait())
        .singleElement()
        .asString()
        .contains("does not answer")
        .contains(NAME);
    assertThat(health.reasonsToRestart()).isEmpty();
  }

  @Test
  void w22ACertificateOfAnUnknownAuthorityIsNotReady() {
    TlsListener.Identity one = IssuedCertificates.identity(NAME);
    TlsListener.Identity other = IssuedCertificates.identity(NAME);
    listener.present(new TlsListener.Identity(one.chain(), one.key(), other.trusted()));
    assertThat(health.reasonsToWait()).hasSize(1);
    assertThat(health.reasonsToRestart()).isEmpty();
  }

  @Test
  void w22ANewCertificateIsPresentedWithoutClosingConnections() throws Exception {
    TlsListener.Identity first = IssuedCertificates.identity("localhost", NAME);
    listener.present(first);
    try (HttpClient old = client(first)) {
      assertThat(get(old, "/healthz")).isEqualTo(200);
      TlsListener.Identity second = IssuedCertificates.identity("localhost", NAME);
      listener.present(second);
      assertThat(dial.failure()).isEmpty();
      // This client does not trust the new authority: it can only go on with its connection.
      assertThat(get(old, "/healthz")).isEqualTo(200);
    }
  }

  @Test
  void w27IdleConnectionsAreBoundedAndLivenessTellsWhenTheyAreAllTaken() throws Exception {
    listener.present(IssuedCertificates.identity(NAME));
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
    await().atMost(PATIENCE).until(() -> health.reasonsToRestart().isEmpty());
  }

  @Test
  void w27SlowHeadersTakeConnectionsUpToTheBoundAndNothingFromOneThatIsOpen() throws Exception {
    TlsListener.Identity identity = IssuedCertificates.identity("localhost", NAME);
    listener.present(identity);
    List<Socket> slow = new ArrayList<>();
    try (HttpClient apiServer = client(identity)) {
      assertThat(get(apiServer, "/healthz")).isEqualTo(200);
      for (int i = 0; i < MAX_CONNECTIONS - 1; i++) {
        slow.add(slowHeaders(identity));
      }
      // The API server keeps its connections, so it does not need a new one.
      assertThat(get(apiServer, "/healthz")).isEqualTo(200);
      assertThatThrownBy(() -> slow.add(slowHeaders(identity)))
          .isInstanceOf(SocketTimeoutException.class);
    } finally {
      for (Socket socket : slow) {
        socket.close();
      }
    }
    await().atMost(PATIENCE).until(() -> dial.failure().isEmpty());
  }

  @Test
  void w27ManyHandshakesDoNotKeepAReviewWaiting() throws Exception {
    TlsListener.Identity identity = IssuedCertificates.identity("localhost", NAME);
    listener.present(identity);
    int handshakes = 150;
    try (var executor = Executors.newVirtualThreadPerTaskExecutor();
        HttpClient apiServer = client(identity)) {
      assertThat(get(apiServer, "/healthz")).isEqualTo(200);
      AtomicInteger left = new AtomicInteger(handshakes);
      List<Future<Integer>> crowd = new ArrayList<>();
      for (int i = 0; i < MAX_CONNECTIONS / 2; i++) {
        crowd.add(executor.submit(() -> shakeHands(identity, left)));
      }
      int answered = 0;
      while (left.get() > 0) {
        assertThat(get(apiServer, "/healthz")).isEqualTo(200);
        answered++;
      }
      int done = 0;
      for (Future<Integer> one : crowd) {
        done += one.get();
      }
      assertThat(done).isEqualTo(handshakes);
      assertThat(answered).isPositive();
    }
    assertThat(health.reasonsToWait()).isEmpty();
  }

  @Test
  void w27PlainHttpOnTheTlsPortIsClosedAndHarmsNobody() throws Exception {
    listener.present(IssuedCertificates.identity(NAME));
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
    assertThat(dial.failure()).isEmpty();
  }

  @Test
  void aStoppingListenerFinishesWhatItHasBegun() throws Exception {
    TlsListener.Identity identity = IssuedCertificates.identity("localhost", NAME);
    listener.present(identity);
    try (HttpClient client = client(identity)) {
      var running = CompletableFuture.supplyAsync(() -> unchecked(client, "/slow"));
      assertThat(entered.await(30, TimeUnit.SECONDS)).isTrue();
      var stopping = CompletableFuture.runAsync(listener::close);
      release.countDown();
      assertThat(running.get(30, TimeUnit.SECONDS)).isEqualTo(200);
      stopping.get(30, TimeUnit.SECONDS);
    }
  }

  /** Shakes hands, begins a request and never ends its headers. */
  private Socket slowHeaders(TlsListener.Identity identity)
      throws GeneralSecurityException, IOException {
    SSLSocket socket = connect(identity);
    socket
        .getOutputStream()
        .write("POST /validate HTTP/1.1\r\nHost: x\r\nX-Slow:".getBytes(US_ASCII));
    return socket;
  }

  private int shakeHands(TlsListener.Identity identity, AtomicInteger left)
      throws GeneralSecurityException, IOException {
    int done = 0;
    while (left.getAndDecrement() > 0) {
      connect(identity).close();
      done++;
    }
    return done;
  }

  /** A socket after its handshake; fails when none is accepted within seconds. */
  private SSLSocket connect(TlsListener.Identity identity)
      throws GeneralSecurityException, IOException {
    InetSocketAddress address = listener.address().orElseThrow();
    // A context of its own, so that no session is resumed.
    SSLSocket socket =
        (SSLSocket)
            SelfDial.trusting(identity.trusted())
                .getSocketFactory()
                .createSocket(address.getAddress(), address.getPort());
    try {
      socket.setSoTimeout(3_000);
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

  private static HttpClient client(TlsListener.Identity identity)
      throws GeneralSecurityException, IOException {
    return HttpClient.newBuilder()
        .version(HttpClient.Version.HTTP_1_1)
        .sslContext(SelfDial.trusting(identity.trusted()))
        .build();
  }
}
