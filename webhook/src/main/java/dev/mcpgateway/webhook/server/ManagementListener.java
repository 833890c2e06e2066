package dev.mcpgateway.webhook.server;

import io.helidon.http.HeaderValues;
import io.helidon.http.Status;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.http.ServerResponse;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;
import java.util.List;

/** {@code /healthz}, {@code /readyz} and {@code /metrics} over plain HTTP. */
public final class ManagementListener implements AutoCloseable {
  /** Probes and one or two scrapers; everybody else can wait. */
  static final int MAX_CONNECTIONS = 64;

  private static final Duration IDLE = Duration.ofSeconds(5);
  private static final Duration IDLE_CHECK = Duration.ofSeconds(1);

  private final WebServer server;

  /** Listens at once; port 0 picks one. */
  public ManagementListener(String host, int port, Health health, PrometheusMeterRegistry metrics) {
    server =
        WebServer.builder()
            .host(host)
            .port(port)
            .maxTcpConnections(MAX_CONNECTIONS)
            // Who sends nothing is in the way of probes; scrapers come back.
            .idleConnectionTimeout(IDLE)
            .idleConnectionPeriod(IDLE_CHECK)
            .shutdownHook(false)
            .routing(routing ->
                routing
                    .get("/healthz", (req, res) -> answer(res, health.reasonsToRestart()))
                    .get("/readyz", (req, res) -> answer(res, health.reasonsToWait()))
                    .get(
                        "/metrics",
                        (req, res) -> {
                          res.header(HeaderValues.CONTENT_TYPE_TEXT_PLAIN);
                          res.send(metrics.scrape());
                        }))
            .build()
            .start();
  }

  public int port() {
    return server.port();
  }

  @Override
  public void close() {
    server.stop();
  }

  private static void answer(ServerResponse res, List<String> failures) {
    res.header(HeaderValues.CONTENT_TYPE_TEXT_PLAIN);
    if (failures.isEmpty()) {
      res.send("ok\n");
    } else {
      res.status(Status.SERVICE_UNAVAILABLE_503);
      res.send(String.join("\n", failures) + "\n");
    }
  }
}
