package dev.mcpgateway.controller;

import dev.mcpgateway.controller.queue.Ticker;
import dev.mcpgateway.controller.writes.RetryAfter;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.bridge.SLF4JBridgeHandler;

/** Starts the controller. Exit codes: 2 for wrong settings, 1 when the lease is lost. */
public final class ControllerMain {
  private static final Logger log = LoggerFactory.getLogger(ControllerMain.class);
  static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(10);
  private static final Duration LEASE_TIMEOUT = Duration.ofSeconds(3);
  private static final int WATCH_RECONNECT_MILLIS = 250;

  /** A listing is many pages, and one that fails would begin all of it again. */
  private static final int WATCH_RETRIES = 3;

  private static final int EXIT_LOST = 1;
  private static final int EXIT_SETTINGS = 2;

  private ControllerMain() {}

  public static void main(String[] arguments) throws InterruptedException {
    SLF4JBridgeHandler.removeHandlersForRootLogger();
    SLF4JBridgeHandler.install();
    ControllerSettings settings;
    try {
      settings = ControllerSettings.read(List.of(arguments));
    } catch (SettingsException e) {
      System.err.println("mcp-controller: " + e.getMessage());
      System.exit(EXIT_SETTINGS);
      return;
    }
    RetryAfter busy = new RetryAfter(Ticker.system());
    KubernetesClient client = noting(configured(new ConfigBuilder(), REQUEST_TIMEOUT), busy);
    KubernetesClient watchClient = client(REQUEST_TIMEOUT, WATCH_RETRIES);
    KubernetesClient leaseClient = client(LEASE_TIMEOUT, 0);
    Controller controller =
        new Controller(
            settings,
            client,
            watchClient,
            leaseClient,
            busy,
            identity(),
            // No shutdown hooks: a process that is not the leader any more must not act at all.
            () -> Runtime.getRuntime().halt(EXIT_LOST),
            Clock.systemUTC(),
            Controller.Pace.USUAL);
    CountDownLatch stopped = new CountDownLatch(1);
    Runtime.getRuntime()
        .addShutdownHook(
            Thread.ofPlatform()
                .name("shutdown")
                .unstarted(() -> {
                  log.atInfo().log("Stopping");
                  controller.close();
                  leaseClient.close();
                  watchClient.close();
                  client.close();
                  stopped.countDown();
                }));
    controller.start();
    log.atInfo()
        .addKeyValue("namespace", settings.namespace())
        .addKeyValue("lease", settings.lease())
        .addKeyValue("managementPort", controller.managementPort())
        .log("Started");
    stopped.await();
  }

  private static KubernetesClient client(Duration timeout, int retries) {
    return new KubernetesClientBuilder()
        .withConfig(
            new ConfigBuilder(configured(new ConfigBuilder(), timeout))
                .withRequestRetryBackoffLimit(retries)
                .build())
        .build();
  }

  /** A client whose answers are also looked at by {@code busy}. */
  static KubernetesClient noting(Config config, RetryAfter busy) {
    return new KubernetesClientBuilder()
        .withConfig(config)
        .withHttpClientBuilderConsumer(http -> http.addOrReplaceInterceptor("retry-after", busy))
        .build();
  }

  /** How the controller talks to its API server, wherever that is. */
  static Config configured(ConfigBuilder server, Duration timeout) {
    return server
        .withRequestTimeout(Math.toIntExact(timeout.toMillis()))
        .withConnectionTimeout(Math.toIntExact(timeout.toMillis()))
        // Whoever writes repeats: the queue waits as long as a busy API server wants it to, fabric8
        // (7.5.2, AsyncUtils) reads that from the answer and then waits for 100 ms.
        .withRequestRetryBackoffLimit(0)
        // Doubles with every failure, five times: at most eight seconds after the API server is
        // back.
        .withWatchReconnectInterval(WATCH_RECONNECT_MILLIS)
        // The API server takes the field manager of plain creates from here.
        .withUserAgent("mcp-controller/" + version())
        .build();
  }

  private static String version() {
    String version = ControllerMain.class.getPackage().getImplementationVersion();
    return version == null ? "dev" : version;
  }

  private static String identity() {
    String host = System.getenv("HOSTNAME");
    return (host == null ? "controller" : host) + "_" + UUID.randomUUID();
  }
}
