package dev.mcpgateway.broker.push;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Numbers about {@code /push}; no label has an open set of values. */
public final class PushMetrics {
  private final MeterRegistry meters;
  private final Clock clock;
  private volatile @Nullable Instant lastOpened;

  public PushMetrics(MeterRegistry meters, Reports reports, Clock clock) {
    this.meters = meters;
    this.clock = clock;
    Gauge.builder("mcp_broker_last_push_age_seconds", this, PushMetrics::age)
        .description("Since the controller was here last, to push or to ask; NaN before that")
        .register(meters);
    Gauge.builder("mcp_broker_report_waiters", reports, Reports::waiters)
        .description("Requests of the controller that wait for news")
        .register(meters);
  }

  /** What became of a request. */
  enum Outcome {
    APPLIED,
    CURRENT,
    OLDER,
    REFUSED,
    /** Asked for the report only. */
    REPORT,
    /** Not sealed by the controller of this instance. */
    UNOPENED,
    /** Sealed by the controller, and answered before. */
    REPEATED,
    /** Sealed, but no request. */
    INVALID,
    TOO_LARGE,
    BUSY,
    DRAINING,
    FAILED
  }

  void opened() {
    lastOpened = clock.instant();
  }

  void answered(Outcome outcome) {
    meters
        .counter("mcp_broker_pushes", "outcome", outcome.name().toLowerCase(Locale.ROOT))
        .increment();
  }

  private double age() {
    Instant opened = lastOpened;
    return opened == null
        ? Double.NaN
        : Duration.between(opened, clock.instant()).toMillis() / 1000.0;
  }
}
