package dev.mcpgateway.controller.writes;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.sun.net.httpserver.HttpServer;
import io.fabric8.kubernetes.api.model.Status;
import io.fabric8.kubernetes.api.model.StatusBuilder;
import io.fabric8.kubernetes.api.model.StatusDetails;
import io.fabric8.kubernetes.api.model.StatusDetailsBuilder;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is remembered of answers as kube-apiserver gives them, read by the client itself. */
class RetryAfterTest {
  private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - 5);
  private final RetryAfter busy = new RetryAfter(now::get);

  private final HttpServer server;
  private final KubernetesClient client;
  private int code;
  private String retryAfter = "";

  RetryAfterTest() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          byte[] body = "Too many requests, please try again later.\n".getBytes(UTF_8);
          exchange.getResponseHeaders().add("Content-Type", "text/plain; charset=utf-8");
          if (!retryAfter.isEmpty()) {
            exchange.getResponseHeaders().add("Retry-After", retryAfter);
          }
          exchange.sendResponseHeaders(code, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    client =
        new KubernetesClientBuilder()
            .withConfig(
                new ConfigBuilder()
                    .withAutoConfigure(false)
                    .withMasterUrl("http://127.0.0.1:" + server.getAddress().getPort())
                    .withRequestRetryBackoffLimit(0)
                    .build())
            .withHttpClientBuilderConsumer(http -> http.addOrReplaceInterceptor("busy", busy))
            .build();
  }

  @BeforeEach
  void start() {
    server.start();
  }

  @AfterEach
  void stop() {
    client.close();
    server.stop(0);
  }

  @Test
  void anOverloadedServerIsLeftAloneForAsLongAsItAsks() {
    answered(429, "7");
    assertThat(busy.left()).isEqualTo(Duration.ofSeconds(7));
    pass(Duration.ofSeconds(3));
    assertThat(busy.left()).isEqualTo(Duration.ofSeconds(4));
    pass(Duration.ofSeconds(4));
    assertThat(busy.left()).isZero();
  }

  @Test
  void theLongestRequestCounts() {
    answered(503, "9");
    answered(429, "1");
    assertThat(busy.left()).isEqualTo(Duration.ofSeconds(9));
  }

  @Test
  void nobodyIsLeftAloneForLongerThanAMinute() {
    answered(429, "999999999");
    assertThat(busy.left()).isEqualTo(RetryAfter.LONGEST);
  }

  @Test
  void whatIsNoNumberOfSecondsIsNoRequest() {
    for (String nonsense : new String[] {"", "soon", "-1", "Wed, 21 Oct 2026 07:28:00 GMT"}) {
      answered(429, nonsense);
    }
    assertThat(busy.left()).isZero();
  }

  @Test
  void whoIsRefusedWaitsAsLongAsTheServerOrItsAnswerSays() {
    KubernetesClientException refusal = answered(429, "7");
    assertThat(busy.asked(refusal)).isEqualTo(Duration.ofSeconds(7));
    assertThat(busy.asked(new KubernetesClientException("conflict", 409, null))).isZero();
    StatusDetails details = new StatusDetailsBuilder().withRetryAfterSeconds(9).build();
    Status status = new StatusBuilder().withCode(429).withDetails(details).build();
    assertThat(busy.asked(new KubernetesClientException("wait", 429, status)))
        .isEqualTo(Duration.ofSeconds(9));
  }

  @Test
  void otherFailuresAskForNothing() {
    answered(500, "7");
    assertThat(busy.left()).isZero();
  }

  private KubernetesClientException answered(int code, String retryAfter) {
    this.code = code;
    this.retryAfter = retryAfter;
    KubernetesClientException refusal =
        catchThrowableOfType(KubernetesClientException.class, () -> client.namespaces().list());
    assertThat(refusal.getCode()).isEqualTo(code);
    return refusal;
  }

  private void pass(Duration time) {
    now.addAndGet(time.toNanos());
  }
}
