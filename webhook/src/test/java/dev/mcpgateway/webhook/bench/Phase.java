package dev.mcpgateway.webhook.bench;

import dev.mcpgateway.controller.api.model.MCPServerRegistration;
import dev.mcpgateway.webhook.Cluster;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntFunction;

/**
 * A stretch of time with a number of callers, each making one dry-run create after the other.
 *
 * @param writes per second, of a ConfigMap, which nobody reviews; 0 for none
 */
record Phase(String name, int callers, int writes, Duration length) {
  private static final int FORBIDDEN = 403;

  /** What was measured at the client, and how many writes were done meanwhile. */
  record Result(List<Sample> samples, Duration took, int written) {}

  Result run(KubernetesClient client, int teams) throws Exception {
    AtomicInteger written = new AtomicInteger();
    List<Sample> samples = new ArrayList<>();
    long start = System.nanoTime();
    long end = start + length.toNanos();
    try (var writer = Executors.newSingleThreadScheduledExecutor();
        var executor = Executors.newVirtualThreadPerTaskExecutor()) {
      if (writes > 0) {
        var _ =
            writer.scheduleAtFixedRate(
                () -> write(client, written.incrementAndGet()),
                0,
                1_000_000 / writes,
                TimeUnit.MICROSECONDS);
      }
      List<Future<List<Sample>>> callers = new ArrayList<>();
      for (int i = 0; i < callers(); i++) {
        int number = i;
        callers.add(executor.submit(() -> call(client, teams, number, end)));
      }
      for (Future<List<Sample>> caller : callers) {
        samples.addAll(caller.get());
      }
      writer.shutdownNow();
    }
    return new Result(samples, Duration.ofNanos(System.nanoTime() - start), written.get());
  }

  private List<Sample> call(KubernetesClient client, int teams, int number, long end) {
    List<IntFunction<HasMetadata>> kinds =
        List.of(
            i ->
                Cluster.extension(
                    Population.FREE,
                    "new-" + i,
                    Population.GATEWAYS,
                    Population.gateway(Population.FREE)),
            // A Gateway that is held by another team.
            i ->
                Cluster.extension(
                    Population.FREE,
                    "taken-" + i,
                    Population.GATEWAYS,
                    Population.gateway(Population.team(i % teams))),
            i -> registration(i % teams, i, "new_" + i + "_"),
            i -> registration(i % teams, i, Population.prefix(i % teams, 0)),
            i -> Population.router(Population.FREE, Population.gateway(Population.team(i % teams))),
            Phase::plain);
    List<Sample> samples = new ArrayList<>();
    // Every caller goes through all teams, beginning elsewhere.
    for (int i = number * 131; System.nanoTime() < end; i++) {
      for (IntFunction<HasMetadata> kind : kinds) {
        HasMetadata object = kind.apply(i);
        long micros = micros(() -> client.resource(object).dryRun().create());
        samples.add(new Sample(name, Sample.CLIENT, object.getKind(), micros));
      }
    }
    return samples;
  }

  private static MCPServerRegistration registration(int team, int number, String prefix) {
    return Population.registration(
        Population.team(team), "new-" + number, Population.FREE_ROUTE, prefix);
  }

  /** As large as the others, and reviewed by nobody. */
  private static HasMetadata plain(int number) {
    return new ConfigMapBuilder()
        .withNewMetadata()
        .withNamespace(Population.FREE)
        .withName("new-" + number)
        .endMetadata()
        .withData(Map.of("name", "gw"))
        .build();
  }

  /** A refusal is an answer; anything else ends the benchmark. */
  private static long micros(Callable<?> create) {
    long start = System.nanoTime();
    try {
      var _ = create.call();
    } catch (KubernetesClientException e) {
      if (e.getCode() != FORBIDDEN) {
        throw e;
      }
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
    return (System.nanoTime() - start) / 1_000;
  }

  private static void write(KubernetesClient client, int count) {
    client
        .resource(
            new ConfigMapBuilder()
                .withNewMetadata()
                .withNamespace("default")
                .withName("written")
                .endMetadata()
                .withData(Map.of("count", String.valueOf(count)))
                .build())
        .forceConflicts()
        .serverSideApply();
  }
}
