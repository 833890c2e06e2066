package dev.mcpgateway.webhook;

import static dev.mcpgateway.webhook.Cluster.extension;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mcpgateway.controller.api.model.MCPGatewayExtension;
import io.fabric8.kubeapitest.junit.EnableKubeAPIServer;
import io.fabric8.kubeapitest.junit.KubeConfig;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Webhooks that die, and webhooks that are replaced in good order. */
@EnableKubeAPIServer(
    apiServerFlags = {
      "--bind-address", "127.0.0.1",
      "--advertise-address", "127.0.0.1",
      "--endpoint-reconciler-type", "none"
    })
class OutageIT {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final String STORED = "";
  private static final int BATCH = 10;
  private static final String CONFIGURATION = "mcp-webhook";

  // Set by the extension before any test runs.
  @SuppressWarnings("NullAway.Init")
  static KubernetesClient client;

  // Set by the extension before any test runs.
  @SuppressWarnings("NullAway.Init")
  @KubeConfig
  static String kubeConfig;

  // Set by the extension before any test runs.
  @SuppressWarnings("NullAway.Init")
  @TempDir
  static Path folder;

  // Set before any test runs.
  @SuppressWarnings("NullAway.Init")
  private static Cluster cluster;

  // Set before any test runs.
  @SuppressWarnings("NullAway.Init")
  private static Caller caller;

  /** By namespace what its create was answered, empty when it was stored. */
  private final Map<String, String> answers = new ConcurrentHashMap<>();

  private final Semaphore turns = new Semaphore(0);

  @BeforeAll
  static void objects() throws IOException {
    cluster = new Cluster(client);
    caller = new Caller(client);
    cluster.installCrds();
    cluster.namespaces("mcp-system", "team-a");
    cluster.gateway("team-a", "gw");
    cluster.emptySecret("mcp-system", "webhook-tls");
  }

  @AfterAll
  static void stop() {
    caller.close();
  }

  @AfterEach
  void removeConfiguration() {
    client
        .admissionRegistration()
        .v1()
        .validatingWebhookConfigurations()
        .withName(CONFIGURATION)
        .delete();
  }

  @Test
  void w20WithIgnoreEveryCreateIsStoredThoughTheWebhookIsKilled() throws Exception {
    createAroundAKill("ignored", "Ignore");
    assertThat(answers.values()).containsOnly(STORED);
    assertThat(stored("ignored")).isEqualTo(answers.size());
  }

  @Test
  void w20WithFailAKilledWebhookIsAClearErrorAndTheSameCreatePassesLater() throws Exception {
    List<String> failed = createAroundAKill("refused", "Fail");
    assertThat(failed)
        .isNotEmpty()
        .allSatisfy(namespace ->
            assertThat(answers.get(namespace))
                .startsWith("500 ")
                .contains("failed calling webhook \"vmcpgatewayextension.mcp.kagenti.com\""));
    assertThat(stored("refused")).isEqualTo(answers.size());
  }

  @Test
  void w21ReplicasThatAreReplacedInTurnUnderLoadCostNoCall() throws Exception {
    Deque<RunningWebhook> replicas = new ArrayDeque<>();
    try (var balancer = new Balancer();
        var load = new Caller(client)) {
      // First: a replica that nobody can call is not ready.
      cluster.webhookConfiguration(CONFIGURATION, balancer.port(), "Fail");
      for (int i = 0; i < 2; i++) {
        replicas.add(readyReplica());
        balancer.add(replicas.getLast().port());
      }
      awaitReviews();
      load.start(3);
      for (int i = 0; i < 4; i++) {
        replicas.add(readyReplica());
        balancer.add(replicas.getLast().port());
        balancer.remove(replicas.getFirst().port());
        replicas.removeFirst().close();
      }
      load.assertNoneFailed();
    } finally {
      replicas.forEach(RunningWebhook::close);
    }
  }

  /**
   * Creates extensions one after the other, each in a namespace of its own, before, while and after
   * the webhook's process is gone; then those again that failed.
   *
   * @return the namespaces in which a create failed at first
   */
  private List<String> createAroundAKill(String prefix, String policy) throws Exception {
    WebhookProcess webhook = process();
    try (var balancer = new Balancer();
        var executor = Executors.newVirtualThreadPerTaskExecutor();
        // Whatever fails, the creator comes to its end, for which the executor waits.
        Closeable _ = () -> turns.release(3 * BATCH)) {
      balancer.add(webhook.port());
      cluster.webhookConfiguration(CONFIGURATION, balancer.port(), policy);
      awaitReviews();
      var creator = executor.submit(() -> createAll(prefix));
      turns.release(BATCH);
      await().atMost(PATIENCE).until(() -> answers.size() >= BATCH / 2);
      webhook.kill();
      turns.release(BATCH);
      await().atMost(PATIENCE).until(() -> answers.size() >= 2 * BATCH);
      int gone = webhook.port();
      webhook = process();
      balancer.add(webhook.port());
      balancer.remove(gone);
      awaitReviews();
      turns.release(BATCH);
      creator.get();
      List<String> failed =
          answers.keySet().stream().filter(n -> !STORED.equals(answers.get(n))).toList();
      failed.forEach(namespace -> assertThat(create(namespace)).isEqualTo(STORED));
      return failed;
    } finally {
      webhook.kill();
    }
  }

  private Void createAll(String prefix) throws InterruptedException {
    for (int i = 0; i < 3 * BATCH; i++) {
      turns.acquire();
      answers.put(prefix + "-" + i, create(prefix + "-" + i));
    }
    return null;
  }

  private static WebhookProcess process() throws IOException {
    return new WebhookProcess(folder, kubeConfig, CONFIGURATION, "-Xmx128m");
  }

  private static RunningWebhook readyReplica() {
    var replica =
        new RunningWebhook(client, Clock.systemUTC(), "webhook-tls", "--shutdown.drain=PT1S");
    await().atMost(PATIENCE).until(() -> replica.management("/readyz").statusCode() == 200);
    return replica;
  }

  /** Until a reserved name is refused: the API server asks and the webhook answers. */
  private static void awaitReviews() {
    await()
        .atMost(PATIENCE)
        .untilAsserted(() -> assertThat(caller.dryRun("admission-self-test")).startsWith("403 "));
  }

  private static String create(String namespace) {
    cluster.namespaces(namespace);
    return caller.create(extension(namespace, "e", null, "gw"));
  }

  private static long stored(String prefix) {
    return client.resources(MCPGatewayExtension.class).inAnyNamespace().list().getItems().stream()
        .filter(e -> e.getMetadata().getNamespace().startsWith(prefix + "-"))
        .count();
  }
}
