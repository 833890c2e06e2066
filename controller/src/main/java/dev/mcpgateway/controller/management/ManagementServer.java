package dev.mcpgateway.controller.management;

import io.helidon.http.HeaderNames;
import io.helidon.http.Status;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http.ServerResponse;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;

/** {@code /healthz}, {@code /readyz} and {@code /metrics} for the platform. */
public final class ManagementServer implements AutoCloseable {
  private final WebServer server;

  /**
   * @param port 0 for any free one
   * @param metrics the Prometheus text exposition
   */
  public ManagementServer(InetAddress bind, int port, Health health, Supplier<String> metrics) {
    this.server =
        WebServer.builder()
            .address(bind)
            .port(port)
            .shutdownHook(false)
            .shutdownGracePeriod(Duration.ofSeconds(1))
            .routing(routing(health, metrics))
            .build();
  }

  public void start() {
    server.start();
  }

  /** The port it listens on. */
  public int port() {
    return server.port();
  }

  @Override
  public void close() {
    server.stop();
  }

  private static HttpRouting.Builder routing(Health health, Supplier<String> metrics) {
    return HttpRouting.builder()
        .get("/healthz", (request, response) -> answer(response, health.notAlive()))
        .get("/readyz", (request, response) -> answer(response, health.notReady()))
        .get(
            "/metrics",
            (request, response) ->
                response
                    .header(HeaderNames.CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")
                    .send(metrics.get()));
  }

  private static void answer(ServerResponse response, List<String> problems) {
    response
        .status(problems.isEmpty() ? Status.OK_200 : Status.SERVICE_UNAVAILABLE_503)
        .header(HeaderNames.CONTENT_TYPE, "text/plain; charset=utf-8")
        .send(problems.isEmpty() ? "ok\n" : String.join("\n", problems) + "\n");
  }
}
