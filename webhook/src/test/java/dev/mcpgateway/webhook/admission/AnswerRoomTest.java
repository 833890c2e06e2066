package dev.mcpgateway.webhook.admission;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.mcpgateway.controller.api.cache.LeanClient;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.HTTPRoute;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Answers of any length, from a server that is no API server. */
class AnswerRoomTest {
  private static final int LARGE = 1 << 20;
  private static final String HEAD =
      """
      {"apiVersion":"gateway.networking.k8s.io/v1","kind":"HTTPRoute","metadata":{"name":"r"},"padding":"\
      """;

  private final AnswerRoom room = new AnswerRoom();
  private final AtomicLong length = new AtomicLong();
  private final AtomicLong sent = new AtomicLong();

  // Set before each test.
  @SuppressWarnings("NullAway.Init")
  private HttpServer server;

  // Set before each test.
  @SuppressWarnings("NullAway.Init")
  private KubernetesClient client;

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext("/", this::answer);
    server.start();
    var config =
        new ConfigBuilder()
            .withAutoConfigure(false)
            .withMasterUrl("http://127.0.0.1:" + server.getAddress().getPort())
            .build();
    try (var plain = new KubernetesClientBuilder().withConfig(config).build()) {
      client = LeanClient.of(plain, room);
    }
  }

  @AfterEach
  void stop() {
    client.close();
    server.stop(0);
  }

  @Test
  void aSmallAnswerIsReadAtOnce() {
    length.set(ReadLimits.SMALL_ANSWER - 1_000);
    assertThat(room.small(soon(), this::read)).contains("r");
  }

  @Test
  void oneThatIsNotSmallIsGivenUpAndReadWhereThereIsRoomForIt() {
    length.set(LARGE);
    assertThat(room.small(soon(), this::read)).isEmpty();
    assertThat(room.large(2 * LARGE, soon(), this::read)).isEqualTo("r");
  }

  @Test
  void oneThatNeverEndsIsCut() {
    length.set(Long.MAX_VALUE);
    assertThat(room.small(soon(), this::read)).isEmpty();
    assertThatExceptionOfType(WorldUnavailableException.class)
        .isThrownBy(() -> room.large(LARGE, soon(), this::read))
        .withMessageContaining("larger than the webhook reads");
    // What the sockets hold comes on top.
    assertThat(sent.get()).isLessThan(32L * LARGE);
  }

  @Test
  void largeAnswersWaitForEachOtherNoLongerThanTheReviewAndSmallOnesForNone() throws Exception {
    length.set(100);
    CountDownLatch entered = new CountDownLatch(1);
    CountDownLatch release = new CountDownLatch(1);
    try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
      var holder =
          executor.submit(() ->
              room.large(
                  ReadLimits.LARGE_ANSWERS,
                  soon(),
                  () -> {
                    entered.countDown();
                    return read() + finished(release);
                  }));
      assertThat(entered.await(30, TimeUnit.SECONDS)).isTrue();
      assertThatExceptionOfType(WorldUnavailableException.class)
          .isThrownBy(() -> room.large(LARGE, Deadline.in(Duration.ofMillis(50)), this::read))
          .withMessageContaining("no room in time");
      assertThat(room.small(soon(), this::read)).contains("r");
      release.countDown();
      assertThat(holder.get()).isEqualTo("rtrue");
    } finally {
      release.countDown();
    }
    // And everything has been given back.
    Supplier<String> again = this::read;
    assertThat(room.large(ReadLimits.LARGE_ANSWERS, soon(), again)).isEqualTo("r");
  }

  private String read() {
    return client
        .resources(HTTPRoute.class)
        .inNamespace("n")
        .withName("r")
        .require()
        .getMetadata()
        .getName();
  }

  private static Deadline soon() {
    return Deadline.in(Duration.ofSeconds(30));
  }

  private static boolean finished(CountDownLatch latch) {
    try {
      return latch.await(30, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private void answer(HttpExchange exchange) throws IOException {
    exchange.getResponseHeaders().add("Content-Type", "application/json");
    exchange.sendResponseHeaders(200, 0);
    byte[] chunk = "y".repeat(100).getBytes(UTF_8);
    try (var out = exchange.getResponseBody()) {
      out.write(HEAD.getBytes(UTF_8));
      for (long i = 0; i < length.get(); i += chunk.length) {
        out.write(chunk);
        sent.addAndGet(chunk.length);
      }
      out.write("\"}".getBytes(UTF_8));
    }
  }
}
