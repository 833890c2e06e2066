package dev.mcpgateway.webhook.admission;

import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;

/** Reviews without an API server behind them, for tests of other packages. */
public final class EmptyWorld {
  private EmptyWorld() {}

  /** Routes that judge every review in a cluster in which nothing exists. */
  public static AdmissionRoutes routes() {
    return new AdmissionRoutes(
        (admission, deadline) -> View.EMPTY,
        new AdmissionMetrics(new PrometheusMeterRegistry(PrometheusConfig.DEFAULT)),
        () -> false,
        Duration.ofSeconds(30),
        64);
  }

  /** The creation of an extension. */
  public static String review(String uid) {
    return Reviews.createReview(uid, "team-a", "e", "gw");
  }
}
