package dev.mcpgateway.broker.status;

import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.http.Status;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import io.helidon.webserver.http.ServerResponse;
import java.util.List;

/** {@code /healthz}, {@code /readyz} and {@code /metrics}. */
public final class ManagementRoutes implements HttpService {
  private final Health health;
  private final BrokerMetrics metrics;

  public ManagementRoutes(Health health, BrokerMetrics metrics) {
    this.health = health;
    this.metrics = metrics;
  }

  @Override
  public void routing(HttpRules routing) {
    routing
        .get("/healthz", (req, res) -> answer(res, health.reasonsToRestart()))
        .get("/readyz", (req, res) -> answer(res, health.reasonsToWait()))
        .get(
            "/metrics",
            (req, res) -> {
              res.header(HeaderNames.CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8");
              res.send(metrics.scrape());
            });
  }

  private static void answer(ServerResponse res, List<String> reasons) {
    res.header(HeaderValues.CONTENT_TYPE_TEXT_PLAIN);
    if (reasons.isEmpty()) {
      res.send("ok\n");
    } else {
      res.status(Status.SERVICE_UNAVAILABLE_503);
      res.send(String.join("\n", reasons) + "\n");
    }
  }
}
