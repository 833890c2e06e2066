package dev.mcpgateway.webhook.admission;

import dev.mcpgateway.controller.api.McpGroup;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Counts reviews. Every label has a small fixed set of values, whatever a caller puts into a
 * review.
 */
public final class AdmissionMetrics {
  private static final Set<String> KINDS =
      Set.of(
          McpGroup.EXTENSION_KIND,
          McpGroup.REGISTRATION_KIND,
          McpGroup.VIRTUAL_SERVER_KIND,
          "EnvoyFilter");

  /** Kind and operation of a review that failed before anybody knew them. */
  private static final String UNREAD = "unread";

  private final MeterRegistry registry;

  public AdmissionMetrics(MeterRegistry registry) {
    this.registry = registry;
  }

  /** A review was answered. */
  void answered(AdmissionRequest request, AdmissionDecision decision, Duration took) {
    review(request, decision.allowed() ? "allowed" : "denied", decision.rule(), took);
  }

  /**
   * A review got no decision.
   *
   * @param request null when it was not read
   */
  void undecided(@Nullable AdmissionRequest request, String reason, Duration took) {
    review(request, "failed", reason, took);
  }

  private void review(
      @Nullable AdmissionRequest request, String verdict, String rule, Duration took) {
    String kind =
        request == null ? UNREAD : KINDS.contains(request.kind()) ? request.kind() : "other";
    String operation = request == null ? UNREAD : request.operation().name();
    registry
        .counter(
            "mcp_webhook_reviews",
            "kind",
            kind,
            "operation",
            operation,
            "verdict",
            verdict,
            "rule",
            rule)
        .increment();
    Timer.builder("mcp_webhook_review")
        .description("Time from the first byte of a review to its answer")
        .publishPercentileHistogram()
        .minimumExpectedValue(Duration.ofMillis(1))
        .maximumExpectedValue(Duration.ofSeconds(30))
        .tags("kind", kind, "operation", operation, "verdict", verdict)
        .register(registry)
        .record(took);
  }

  /** A request got no review as its answer. */
  void failed(int status) {
    registry.counter("mcp_webhook_failed_requests", "status", String.valueOf(status)).increment();
  }
}
