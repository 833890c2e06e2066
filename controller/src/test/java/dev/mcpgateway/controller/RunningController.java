package dev.mcpgateway.controller;

import static org.awaitility.Awaitility.await;

import dev.mcpgateway.controller.delivery.ReplicaState;
import dev.mcpgateway.controller.queue.Ticker;
import dev.mcpgateway.controller.writes.RetryAfter;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;

/** The whole controller inside a test, against an API server that is given. */
final class RunningController implements AutoCloseable {
  private final KubernetesClient client;
  private final Controller controller;
  private final AtomicBoolean lost = new AtomicBoolean();

  private RunningController(
      KubernetesClient client, String identity, Clock clock, String namespace, String lease) {
    this(
        client,
        new RetryAfter(Ticker.system()),
        identity,
        clock,
        namespace,
        lease,
        Controller.Pace.USUAL);
  }

  private RunningController(
      KubernetesClient client,
      RetryAfter busy,
      String identity,
      Clock clock,
      String namespace,
      String lease,
      Controller.Pace pace) {
    this.client = client;
    controller =
        new Controller(
            new ControllerSettings(InetAddress.getLoopbackAddress(), 0, namespace, lease, 4),
            client,
            client,
            client,
            busy,
            identity,
            () -> lost.set(true),
            clock,
            pace);
  }

  /** Starts one and waits until it acts. */
  static RunningController acting(KubernetesClient server) {
    return starting(server, identity(), Clock.systemUTC()).untilActing();
  }

  /** Starts one and does not wait. */
  static RunningController starting(KubernetesClient server, String identity, Clock clock) {
    RunningController running =
        new RunningController(copy(server), identity, clock, "default", "mcp-controller");
    running.controller.start();
    return running;
  }

  /** Starts one with its own Lease and does not wait. */
  static RunningController starting(KubernetesClient server, String namespace, String lease) {
    RunningController running =
        new RunningController(copy(server), identity(), Clock.systemUTC(), namespace, lease);
    running.controller.start();
    return running;
  }

  /** Starts one behind a proxy, with its own Lease, and does not wait. */
  static RunningController behind(FaultProxy proxy, String identity, String lease) {
    return behind(proxy, identity, "default", lease);
  }

  /** Starts one behind a proxy, with a Lease in a namespace, and does not wait. */
  static RunningController behind(
      FaultProxy proxy, String identity, String namespace, String lease) {
    RunningController running =
        new RunningController(proxy.client(), identity, Clock.systemUTC(), namespace, lease);
    running.controller.start();
    return running;
  }

  /** Starts one behind a proxy with the client that the program makes. */
  static RunningController asShipped(FaultProxy proxy, String lease) {
    RetryAfter busy = new RetryAfter(Ticker.system());
    RunningController running =
        new RunningController(
            proxy.shippedClient(busy),
            busy,
            "shipped",
            Clock.systemUTC(),
            "default",
            lease,
            Controller.Pace.USUAL);
    running.controller.start();
    return running;
  }

  /** Starts one behind a proxy that looks at everything at a pace of its own. */
  static RunningController behind(FaultProxy proxy, Controller.Pace pace, String lease) {
    RunningController running =
        new RunningController(
            proxy.client(),
            new RetryAfter(Ticker.system()),
            "paced",
            Clock.systemUTC(),
            "default",
            lease,
            pace);
    running.controller.start();
    return running;
  }

  RunningController untilActing() {
    await().atMost(Duration.ofSeconds(60)).until(() -> controller.leading() && controller.synced());
    return this;
  }

  /** Another one each time, as in earnest: whoever finds itself in a Lease believes to hold it. */
  private static String identity() {
    return "only-" + UUID.randomUUID();
  }

  boolean synced() {
    return controller.synced();
  }

  private static KubernetesClient copy(KubernetesClient server) {
    return new KubernetesClientBuilder().withConfig(server.getConfiguration()).build();
  }

  boolean leading() {
    return controller.leading();
  }

  boolean lost() {
    return lost.get();
  }

  List<ReplicaState> replicas(String namespace) {
    return controller.replicaStates().of(namespace);
  }

  int managementPort() {
    return controller.managementPort();
  }

  /** What its management port answers to a GET. */
  HttpResponse<String> get(String path) {
    URI uri = URI.create("http://127.0.0.1:" + managementPort() + path);
    try (HttpClient http = HttpClient.newHttpClient()) {
      return http.send(
          HttpRequest.newBuilder(uri).timeout(Duration.ofSeconds(30)).build(),
          HttpResponse.BodyHandlers.ofString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** A line of its metrics, such as {@code mcp_controller_leading 1.0}. */
  boolean measures(String line) {
    return get("/metrics").body().lines().anyMatch(line::equals);
  }

  /** Ends it without any of what an orderly stop does; behind a dead proxy nothing gets out. */
  void kill() {
    client.close();
    controller.close();
  }

  @Override
  public void close() {
    controller.close();
    client.close();
  }
}
