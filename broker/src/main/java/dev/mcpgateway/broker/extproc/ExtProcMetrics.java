package dev.mcpgateway.broker.extproc;

import io.envoyproxy.envoy.service.ext_proc.v3.ProcessingRequest.RequestCase;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/** Numbers about ext_proc streams; no label has an open set of values. */
final class ExtProcMetrics {
  /** Up to Envoy's patience; a full histogram would be a thousand series. */
  private static final Duration[] BUCKETS =
      Stream.of(1, 2, 5, 10, 50, 200, 1000, 10_000)
          .map(Duration::ofMillis)
          .toArray(Duration[]::new);

  private final MeterRegistry meters;
  private final AtomicInteger open = new AtomicInteger();
  // The registry's own look-up builds an id with its tags each time, for every message.
  private final Map<PhaseOutcome, Timer> phases = new ConcurrentHashMap<>();
  private final Map<String, Counter> ends = new ConcurrentHashMap<>();

  ExtProcMetrics(MeterRegistry meters) {
    this.meters = meters;
    Gauge.builder("mcp_router_open_streams", open::get)
        .description("Requests Envoy is asking about")
        .register(meters);
  }

  private record PhaseOutcome(RequestCase phase, String outcome) {}

  void streamOpened() {
    open.incrementAndGet();
  }

  void streamEnded(String end) {
    open.decrementAndGet();
    ends.computeIfAbsent(end, this::counter).increment();
  }

  void answered(RequestCase phase, String outcome, long nanos) {
    phases
        .computeIfAbsent(new PhaseOutcome(phase, outcome), this::timer)
        .record(nanos, TimeUnit.NANOSECONDS);
  }

  private Timer timer(PhaseOutcome key) {
    return Timer.builder("mcp_router_phase")
        .description("Time from a message of Envoy's to its answer")
        .tag("phase", key.phase().name().toLowerCase(Locale.ROOT))
        .tag("outcome", key.outcome())
        .serviceLevelObjectives(BUCKETS)
        .register(meters);
  }

  private Counter counter(String end) {
    return Counter.builder("mcp_router_streams")
        .description("Streams by how they ended; cancelled is Envoy's normal way")
        .tag("end", end)
        .register(meters);
  }
}
