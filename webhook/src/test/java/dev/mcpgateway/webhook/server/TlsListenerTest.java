package dev.mcpgateway.webhook.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpgateway.webhook.certificates.IssuedCertificates;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
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
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TlsListenerTest {
  private static final String NAME = "webhook.mcp-system.svc";
  private static final int MAX_CONNECTIONS = 8;

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
  void w22ACertificateWithTheWrongNameIsNotReady() {
    listener.present(IssuedCertificates.identity("localhost"));
    assertThat(dial.failure()).contains("does not answer").contains(NAME);
  }

  @Test
  void w22ACertificateOfAnUnknownAuthorityIsNotReady() {
    TlsListener.Identity one = IssuedCertificates.identity(NAME);
    TlsListener.Identity other = IssuedCertificates.identity(NAME);
    listener.present(new TlsListener.Identity(one.chain(), one.key(), other.trusted()));
    assertThat(dial.failure()).contains("does not answer");
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
    org.awaitility.Awaitility.await().until(() -> health.reasonsToRestart().isEmpty());
  }

  @Test
  void w27PlainHttpOnTheTlsPortHarmsNobody() throws IOException {
    listener.present(IssuedCertificates.identity(NAME));
    InetSocketAddress address = listener.address().orElseThrow();
    for (int i = 0; i < 2 * MAX_CONNECTIONS; i++) {
      try (Socket socket = new Socket(address.getAddress(), address.getPort())) {
        socket
            .getOutputStream()
            .write(
                "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"
                    .getBytes(java.nio.charset.StandardCharsets.US_ASCII));
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
      assertThat(entered.await(5, TimeUnit.SECONDS)).isTrue();
      var stopping = CompletableFuture.runAsync(listener::close);
      release.countDown();
      assertThat(running.get(5, TimeUnit.SECONDS)).isEqualTo(200);
      stopping.get(15, TimeUnit.SECONDS);
    }
  }

  private final class Blocking implements HttpService {
    @Override
    public void routing(HttpRules rules) {
      rules.get(
          "/slow",
          (req, res) -> {
            entered.countDown();
            boolean _ = release.await(5, TimeUnit.SECONDS);
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
