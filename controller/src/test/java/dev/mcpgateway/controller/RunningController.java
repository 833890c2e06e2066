package dev.mcpgateway.controller;

import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.net.InetAddress;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;

/** The whole controller inside a test, against an API server that is given. */
final class RunningController implements AutoCloseable {
  private final KubernetesClient client;
  private final Controller controller;
  private final AtomicBoolean lost = new AtomicBoolean();

  private RunningController(
      KubernetesClient server, String identity, Clock clock, String namespace, String lease) {
    client = new KubernetesClientBuilder().withConfig(server.getConfiguration()).build();
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
    RunningController running = starting(server, "only", Clock.systemUTC());
    await()
        .atMost(Duration.ofSeconds(20))
        .until(() -> running.controller.leading() && running.controller.synced());
    return running;
  }

  /** Starts one and does not wait. */
  static RunningController starting(KubernetesClient server, String identity, Clock clock) {
    RunningController running =
        new RunningController(server, identity, clock, "default", "mcp-controller");
    running.controller.start();
    return running;
  }

  /** Starts one with its own Lease and does not wait. */
  static RunningController starting(KubernetesClient server, String namespace, String lease) {
    RunningController running =
        new RunningController(server, "only", Clock.systemUTC(), namespace, lease);
    running.controller.start();
    return running;
  }

  boolean leading() {
    return controller.leading();
  }

  boolean lost() {
    return lost.get();
  }

  int managementPort() {
    return controller.managementPort();
  }

  @Override
  public void close() {
    controller.close();
    client.close();
  }
}
