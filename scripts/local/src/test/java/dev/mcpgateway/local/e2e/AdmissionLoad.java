package dev.mcpgateway.local.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Somebody who tries the same refused create all the time, as a dry run. Whatever is not the
 * expected refusal is a failed call: under {@code Ignore} the object would be let through, under
 * {@code Fail} the API server would say that it could not ask.
 */
final class AdmissionLoad implements AutoCloseable {
  private static final int CALLERS = 3;
  private static final long PAUSE_MILLIS = 100;

  private final KubernetesClient client;
  private final HasMetadata refused;
  private final String sentence;
  private final AtomicLong denied = new AtomicLong();
  private final Queue<String> failed = new ConcurrentLinkedQueue<>();
  private final CountDownLatch end = new CountDownLatch(1);
  private final List<Thread> callers = new ArrayList<>();

  /**
   * @param sentence part of the expected refusal
   */
  AdmissionLoad(KubernetesClient admin, HasMetadata refused, String sentence) {
    this.client = withoutRetries(admin);
    this.refused = refused;
    this.sentence = sentence;
    for (int i = 0; i < CALLERS; i++) {
      callers.add(Thread.ofVirtual().name("load-" + i).start(this::run));
    }
    awaitMore(CALLERS);
  }

  /** A client that shows every failure instead of trying again. */
  static KubernetesClient withoutRetries(KubernetesClient admin) {
    return new KubernetesClientBuilder()
        .withConfig(
            new ConfigBuilder(admin.getConfiguration()).withRequestRetryBackoffLimit(0).build())
        .build();
  }

  /** Waits until as many further calls have been refused as expected. */
  void awaitMore(long calls) {
    long target = denied.get() + calls;
    await()
        .atMost(Duration.ofSeconds(60))
        .untilAsserted(() -> {
          assertThat(failed).isEmpty();
          assertThat(denied.get()).isGreaterThanOrEqualTo(target);
        });
  }

  /** No call had another outcome. */
  void assertNoneFailed() {
    assertThat(failed).isEmpty();
    assertThat(denied.get()).isPositive();
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
    client.close();
  }

  private void run() {
    try {
      do {
        call();
      } while (!end.await(PAUSE_MILLIS, TimeUnit.MILLISECONDS));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void call() {
    try {
      client.resource(refused).dryRun().create();
      failed.add("let through");
    } catch (KubernetesClientException e) {
      if (String.valueOf(e.getMessage()).contains(sentence)) {
        denied.incrementAndGet();
      } else {
        failed.add(e.getCode() + " " + e.getMessage());
      }
    }
  }
}
