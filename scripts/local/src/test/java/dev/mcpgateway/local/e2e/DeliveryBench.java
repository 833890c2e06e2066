package dev.mcpgateway.local.e2e;

import dev.mcpgateway.local.LocalPlatform;
import dev.mcpgateway.local.Options;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;

/**
 * How long it takes from {@code kubectl apply} of a registration until its tools are served by
 * every replica of the broker, and from its deletion until they are gone: on the local platform
 * with the real API server, controller, brokers and MCP server. Beside it, in the same run, the
 * time of the API server's answer to the create, as a yardstick for the machine.
 *
 * <p>Arguments: rounds, folder for the report, and {@code check} for an exit code of 1 when a
 * target is missed.
 */
final class DeliveryBench {
  private static final Path CHECKOUT = Path.of("").toAbsolutePath();
  private static final Duration LIMIT = Duration.ofSeconds(60);

  /** Error of every figure. */
  private static final Duration POLL = Duration.ofMillis(5);

  private static final int WARM_UP = 10;

  /** Served by every replica, and gone from every replica, in 99 of 100 cases. */
  private static final double TARGET_MILLIS = 1_000;

  private final HttpClient http = HttpClient.newHttpClient();
  private final KubernetesClient client;
  private final List<URI> brokers;

  private DeliveryBench(KubernetesClient client, List<URI> brokers) {
    this.client = client;
    this.brokers = brokers;
  }

  /** One change, in milliseconds. */
  private record Round(double stored, double served, double gone) {}

  public static void main(String[] arguments) throws Exception {
    int rounds = Integer.parseInt(arguments[0]);
    Path report = Files.createDirectories(Path.of(arguments[1]));
    boolean check = arguments.length > 2 && arguments[2].equals("check");
    Path state = Files.createTempDirectory("bench");
    List<Round> measured = new ArrayList<>();
    try (LocalPlatform platform =
        LocalPlatform.start(
            state,
            Options.fromEnvironment()
                .with("REPO", CHECKOUT.toString())
                .withImages(
                    CHECKOUT.resolve("scripts/local/images.yaml"),
                    CHECKOUT.resolve("scripts/demo/images.yaml")))) {
      Guide guide = new Guide(CHECKOUT, platform.kubeconfig());
      guide.installCrds();
      guide.installController("--wait", "--timeout=120s").orFail();
      guide
          .installTeam("team-a", "--set", "broker.replicas=2", "--wait", "--timeout=120s")
          .orFail();
      guide.kubectl("apply", "-f", "scripts/demo/team-a-server.yaml").orFail();
      guide
          .kubectl("rollout", "status", "deployment", "everything", "-n", "team-a", "--timeout=90s")
          .orFail();
      guide.kubectl("delete", "mcpserverregistration", "everything", "-n", "team-a").orFail();
      DeliveryBench bench = new DeliveryBench(platform.client(), brokers(platform));
      for (int i = -WARM_UP; i < rounds; i++) {
        Round round = bench.round("bench-" + (i + WARM_UP));
        if (i >= 0) {
          measured.add(round);
        }
      }
    }
    boolean met = write(report, measured);
    if (check && !met) {
      System.exit(1);
    }
  }

  private static List<URI> brokers(LocalPlatform platform) {
    List<Pod> pods =
        platform
            .client()
            .pods()
            .inNamespace("team-a")
            .withLabel("app.kubernetes.io/component", "broker-router")
            .list()
            .getItems();
    return pods.stream()
        .map(pod -> platform.addresses().loopback(pod.getStatus().getPodIP()))
        .map(address -> URI.create("http://" + address + ":8080/"))
        .toList();
  }

  private Round round(String name) throws IOException, InterruptedException {
    HasMetadata registration =
        client
            .getKubernetesSerialization()
            .unmarshal(
                """
                apiVersion: mcp.kagenti.com/v1alpha1
                kind: MCPServerRegistration
                metadata: {name: %1$s, namespace: team-a}
                spec:
                  targetRef: {group: gateway.networking.k8s.io, kind: HTTPRoute, name: everything}
                  toolPrefix: %2$s_
                """
                    .formatted(name, name.replace('-', '_')));
    long start = System.nanoTime();
    client.resource(registration).create();
    double stored = since(start);
    awaitAll(
        name, status -> status.statusCode() == 200 && status.body().contains("\"ready\":true"));
    double served = since(start);
    long deletion = System.nanoTime();
    client.resource(registration).delete();
    awaitAll(name, status -> status.statusCode() == 404);
    return new Round(stored, served, since(deletion));
  }

  private void awaitAll(String name, Predicate<HttpResponse<String>> wanted)
      throws IOException, InterruptedException {
    long deadline = System.nanoTime() + LIMIT.toNanos();
    for (URI broker : brokers) {
      HttpRequest request =
          HttpRequest.newBuilder(broker.resolve("status/team-a/" + name))
              .timeout(Duration.ofSeconds(5))
              .build();
      while (!wanted.test(http.send(request, HttpResponse.BodyHandlers.ofString()))) {
        if (System.nanoTime() > deadline) {
          throw new IllegalStateException(broker + " does not show the change of " + name);
        }
        LockSupport.parkNanos(POLL.toNanos());
      }
    }
  }

  private static double since(long nanos) {
    return (System.nanoTime() - nanos) / 1e6;
  }

  /** Writes the report; whether the targets are met. */
  private static boolean write(Path report, List<Round> rounds) throws IOException {
    StringBuilder raw = new StringBuilder("stored_ms,served_ms,gone_ms\n");
    rounds.forEach(r -> raw.append("%.3f,%.3f,%.3f%n".formatted(r.stored(), r.served(), r.gone())));
    Files.writeString(report.resolve("delivery.csv"), raw);
    List<Double> stored = rounds.stream().map(Round::stored).sorted().toList();
    List<Double> served = rounds.stream().map(Round::served).sorted().toList();
    List<Double> gone = rounds.stream().map(Round::gone).sorted().toList();
    boolean met = at(served, 0.99) < TARGET_MILLIS && at(gone, 0.99) < TARGET_MILLIS;
    String text =
        """
        # Delivery: from a change to every replica of the broker

        %d rounds after %d to warm up, two replicas, local platform, %d processors. Milliseconds.

        | | p50 | p99 | max |
        |---|---|---|---|
        | create answered by the API server (yardstick) | %s |
        | tools served by every replica | %s |
        | tools gone from every replica | %s |

        p50 of a change served is %.1f times the yardstick. Targets: p99 of both below %,.0f ms, %s. Raw data: delivery.csv.
        """
            .formatted(
                rounds.size(),
                WARM_UP,
                Runtime.getRuntime().availableProcessors(),
                row(stored),
                row(served),
                row(gone),
                at(served, 0.5) / at(stored, 0.5),
                TARGET_MILLIS,
                met ? "met" : "missed");
    Files.writeString(report.resolve("delivery.md"), text);
    System.out.println(text);
    return met;
  }

  private static String row(List<Double> sorted) {
    return String.format(
        Locale.ROOT, "%.0f | %.0f | %.0f", at(sorted, 0.5), at(sorted, 0.99), sorted.getLast());
  }

  private static double at(List<Double> sorted, double quantile) {
    return sorted.get((int) Math.min(sorted.size() - 1, Math.floor(sorted.size() * quantile)));
  }
}
