package dev.mcpgateway.webhook.server;

import static dev.mcpgateway.webhook.certificates.IssuedCertificates.issue;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpgateway.webhook.certificates.IssuedCertificates.Issued;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Many strangers who shake hands and go, and one caller who wants answers. */
class HandshakesIT {
  private static final int HANDSHAKES = 10_000;
  private static final int AT_ONCE = 8;
  private static final int CALLS = 500;

  /** One for each call among the handshakes. */
  private final Semaphore turns = new Semaphore(CALLS);

  private final TlsListener listener =
      new TlsListener(
          new TlsListener.Settings("127.0.0.1", 0, 4 * AT_ONCE, Duration.ofSeconds(10)),
          new Nothing());

  @AfterEach
  void stop() {
    listener.close();
  }

  @Test
  void w27TenThousandHandshakesFailNoCall() throws Exception {
    Issued issued = issue("localhost");
    listener.present(issued.identity());
    SSLContext trusting = SelfDial.trusting(issued.trusted());
    AtomicInteger left = new AtomicInteger(HANDSHAKES);
    try (var executor = Executors.newVirtualThreadPerTaskExecutor();
        HttpClient apiServer = client(trusting)) {
      List<Long> quiet = calls(apiServer);
      List<Future<Integer>> crowd = new ArrayList<>();
      for (int i = 0; i < AT_ONCE; i++) {
        crowd.add(executor.submit(() -> shakeHands(trusting, left)));
      }
      List<Long> busy = calls(apiServer);
      int done = 0;
      for (Future<Integer> one : crowd) {
        done += one.get();
      }
      assertThat(done).isEqualTo(HANDSHAKES);
      // A figure to look at: how long calls take is the machine's affair, that none fails is ours.
      System.out.printf(
          "%d handshakes: p99 of a call %.1f ms, %.1f ms without them, ratio %.1f%n",
          HANDSHAKES, p99(busy) / 1e6, p99(quiet) / 1e6, (double) p99(busy) / p99(quiet));
    }
  }

  /** Calls one after the other, each in its turn; how long each took, in nanoseconds. */
  private List<Long> calls(HttpClient client) throws IOException, InterruptedException {
    List<Long> took = new ArrayList<>();
    for (int i = 0; i < CALLS; i++) {
      assertThat(turns.tryAcquire(2, TimeUnit.MINUTES)).as("handshakes go on").isTrue();
      long start = System.nanoTime();
      assertThat(client.send(health(), BodyHandlers.discarding()).statusCode()).isEqualTo(200);
      took.add(System.nanoTime() - start);
    }
    return took;
  }

  private int shakeHands(SSLContext trusting, AtomicInteger left) throws IOException {
    int done = 0;
    InetSocketAddress address = listener.address().orElseThrow();
    for (int number = left.getAndDecrement(); number > 0; number = left.getAndDecrement()) {
      try (SSLSocket socket =
          (SSLSocket)
              trusting.getSocketFactory().createSocket(address.getAddress(), address.getPort())) {
        socket.setSoTimeout(60_000);
        socket.startHandshake();
        // Each of them in full.
        socket.getSession().invalidate();
        done++;
      }
      if (number % (HANDSHAKES / CALLS) == 0) {
        turns.release();
      }
    }
    return done;
  }

  private HttpRequest health() {
    int port = listener.address().orElseThrow().getPort();
    return HttpRequest.newBuilder(URI.create("https://localhost:" + port + "/healthz")).build();
  }

  private static HttpClient client(SSLContext trusting) {
    return HttpClient.newBuilder()
        .version(HttpClient.Version.HTTP_1_1)
        .sslContext(trusting)
        .build();
  }

  private static long p99(List<Long> took) {
    return took.stream().sorted().toList().get((took.size() - 1) * 99 / 100);
  }

  private static final class Nothing implements HttpService {
    @Override
    public void routing(HttpRules rules) {
      // Only the listener's own /healthz is called.
    }
  }
}
