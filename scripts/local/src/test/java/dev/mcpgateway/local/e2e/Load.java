package dev.mcpgateway.local.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;

/** Callers that repeat one call all the time; every answer but the right one is kept. */
final class Load implements AutoCloseable {
  private static final long PAUSE_MILLIS = 100;

  private final Call call;
  private final Runnable release;
  private final AtomicLong right = new AtomicLong();
  private final Queue<String> wrong = new ConcurrentLinkedQueue<>();
  private final CountDownLatch end = new CountDownLatch(1);
  private final List<Thread> callers;

  private Load(int callers, Call call, Runnable release) {
    this.call = call;
    this.release = release;
    this.callers =
        IntStream.range(0, callers)
            .mapToObj(n -> Thread.ofVirtual().name("load-" + n).start(this::run))
            .toList();
    try {
      awaitMore(callers);
    } catch (RuntimeException | Error e) {
      close();
      throw e;
    }
  }

  /**
   * The same refused create, as a dry run. Whatever is not the expected refusal is wrong: under
   * {@code Ignore} the object would be let through, under {@code Fail} the API server would say
   * that it could not ask.
   *
   * @param sentence part of the expected refusal
   */
  static Load ofRefusals(KubernetesClient admin, HasMetadata refused, String sentence) {
    KubernetesClient client = withoutRetries(admin);
    return new Load(
        3,
        () -> {
          try {
            client.resource(refused).dryRun().create();
            return Optional.of("let through");
          } catch (KubernetesClientException e) {
            String message = e.getCode() + " " + e.getMessage();
            return message.contains(sentence) ? Optional.empty() : Optional.of(message);
          }
        },
        client::close);
  }

  /**
   * One tool in one session.
   *
   * @param http closed with this load
   * @param expected part of the tool's answer
   */
  static Load ofToolCalls(McpHttp http, String tool, String arguments, String expected)
      throws IOException, InterruptedException {
    String session = http.open();
    return new Load(
        1,
        () -> {
          HttpResponse<String> answer = http.call(session, tool, arguments);
          return answer.statusCode() == 200 && answer.body().contains(expected)
              ? Optional.empty()
              : Optional.of(answer.statusCode() + " " + answer.body());
        },
        http::close);
  }

  /** A client that shows every failure instead of trying again. */
  static KubernetesClient withoutRetries(KubernetesClient admin) {
    return new KubernetesClientBuilder()
        .withConfig(
            new ConfigBuilder(admin.getConfiguration()).withRequestRetryBackoffLimit(0).build())
        .build();
  }

  /** Waits for as many further right answers; none so far may have been wrong. */
  void awaitMore(long calls) {
    long target = right.get() + calls;
    await()
        .atMost(Duration.ofSeconds(90))
        .untilAsserted(() -> {
          assertThat(wrong).isEmpty();
          assertThat(right.get()).isGreaterThanOrEqualTo(target);
        });
  }

  @Override
  public void close() {
    end.countDown();
    try {
      for (Thread caller : callers) {
        caller.join();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    release.run();
  }

  /** One call: nothing when its answer was right, otherwise what it was. */
  private interface Call {
    Optional<String> once() throws IOException, InterruptedException;
  }

  private void run() {
    try {
      do {
        try {
          call.once().ifPresentOrElse(wrong::add, right::incrementAndGet);
        } catch (IOException e) {
          wrong.add(e.toString());
        }
      } while (!end.await(PAUSE_MILLIS, TimeUnit.MILLISECONDS));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
