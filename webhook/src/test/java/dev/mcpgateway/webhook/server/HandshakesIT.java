package dev.mcpgateway.webhook.server;

import static dev.mcpgateway.webhook.certificates.IssuedCertificates.issue;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpgateway.webhook.admission.AdmissionRoutes;
import dev.mcpgateway.webhook.admission.EmptyWorld;
import dev.mcpgateway.webhook.certificates.IssuedCertificates.Issued;
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

  private final AdmissionRoutes reviews = EmptyWorld.routes();
  private final TlsListener listener =
      new TlsListener(
          new TlsListener.Settings("127.0.0.1", 0, 4 * AT_ONCE, Duration.ofSeconds(10)), reviews);

  @AfterEach
  void stop() {
    listener.close();
    reviews.close();
  }

  @Test
  void w27EveryReviewIsAnsweredDuringTenThousandHandshakes() throws Exception {
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
      // Many times what a busy machine needs, and less than half of what the API server waits for.
      assertThat(Duration.ofNanos(p99(busy))).isLessThan(Duration.ofSeconds(2));
      System.out.printf(
          "%d handshakes: p99 of a review %.1f ms, %.1f ms without them, ratio %.1f%n",
          HANDSHAKES, p99(busy) / 1e6, p99(quiet) / 1e6, (double) p99(busy) / p99(quiet));
    }
  }

  /** Reviews one after the other, each in its turn; how long each took, in nanoseconds. */
  private List<Long> calls(HttpClient client) throws IOException, InterruptedException {
    List<Long> took = new ArrayList<>();
    for (int i = 0; i < CALLS; i++) {
      assertThat(turns.tryAcquire(2, TimeUnit.MINUTES)).as("handshakes go on").isTrue();
      long start = System.nanoTime();
      var answer = client.send(review("uid-" + i), BodyHandlers.ofString());
      assertThat(answer.body()).contains("\"uid\":\"uid-" + i + "\",\"allowed\":true");
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

  private HttpRequest review(String uid) {
    int port = listener.address().orElseThrow().getPort();
    return HttpRequest.newBuilder(URI.create("https://localhost:" + port + "/validate?timeout=30s"))
        .header("Content-Type", "application/json")
        .POST(HttpRequest.BodyPublishers.ofString(EmptyWorld.review(uid)))
        .build();
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
}
