package dev.mcpgateway.webhook;

import static dev.mcpgateway.webhook.Cluster.extension;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mcpgateway.controller.api.model.MCPGatewayExtension;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/**
 * Load: dry-run creates through the API server, each reviewed by the webhook, one after the other
 * in several threads. Nothing is tried again.
 */
final class Caller implements AutoCloseable {
  private static final int ENOUGH_FAILURES = 5;

  private final KubernetesClient client;
  private final AtomicInteger calls = new AtomicInteger();
  private final AtomicBoolean enough = new AtomicBoolean();
  private final ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();
  private final List<Future<List<String>>> workers = new ArrayList<>();

  Caller(KubernetesClient like) {
    client = withoutRetries(like);
  }

  /** For calls that may fail: the usual client repeats one for longer than anybody waits. */
  static KubernetesClient withoutRetries(KubernetesClient like) {
    return withoutRetries(like, Duration.ofMillis(like.getConfiguration().getRequestTimeout()));
  }

  /** The same with a time for each call. */
  static KubernetesClient withoutRetries(KubernetesClient like, Duration timeout) {
    return new KubernetesClientBuilder()
        .withConfig(
            new ConfigBuilder(like.getConfiguration())
                .withRequestRetryBackoffLimit(0)
                .withRequestTimeout(Math.toIntExact(timeout.toMillis()))
                .build())
        .build();
  }

  /** Status code and message of what went wrong with a create, empty when it is stored. */
  String create(MCPGatewayExtension extension) {
    return failure(client.resource(extension)::create);
  }

  /** The same for a dry run of an extension that nothing is wrong with but perhaps its name. */
  String dryRun(String name) {
    return failure(client.resource(extension("team-a", name, null, "gw")).dryRun()::create);
  }

  /** Dry runs one after the other in several threads, until the end of the load. */
  void start(int threads) {
    for (int i = 0; i < threads; i++) {
      workers.add(executor.submit(this::work));
    }
  }

  /** Waits until so many more calls have been made, or calls fail. */
  void awaitMore(int more) {
    int target = calls.get() + more;
    await()
        .atMost(Duration.ofMinutes(1))
        .until(() -> calls.get() >= target || workers.stream().anyMatch(Future::isDone));
  }

  /** Ends the load; fails when a single call did. */
  void assertNoneFailed() throws ExecutionException, InterruptedException {
    enough.set(true);
    for (Future<List<String>> worker : workers) {
      assertThat(worker.get()).isEmpty();
    }
    assertThat(calls.get()).as("calls").isGreaterThan(100);
  }

  @Override
  public void close() {
    enough.set(true);
    executor.close();
    client.close();
  }

  private static String failure(Supplier<MCPGatewayExtension> create) {
    try {
      var _ = create.get();
      return "";
    } catch (KubernetesClientException e) {
      return e.getCode() + " " + e.getMessage();
    }
  }

  private List<String> work() {
    List<String> failures = new ArrayList<>();
    while (!enough.get() && failures.size() < ENOUGH_FAILURES) {
      String failure = dryRun("probe");
      calls.incrementAndGet();
      if (!failure.isEmpty()) {
        failures.add(failure);
      }
    }
    return failures;
  }
}
