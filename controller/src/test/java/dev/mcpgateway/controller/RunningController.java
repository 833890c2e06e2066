package dev.mcpgateway.controller;

import static org.awaitility.Awaitility.await;

import dev.mcpgateway.controller.delivery.ReplicaState;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.net.InetAddress;
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
    this.client = client;
    controller =
        new Controller(
            new ControllerSettings(InetAddress.getLoopbackAddress(), 0, namespace, lease, 4),
            client,
            client,
            identity,
            () -> lost.set(true),
            clock);
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
    RunningController running =
        new RunningController(proxy.client(), identity, Clock.systemUTC(), "default", lease);
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
