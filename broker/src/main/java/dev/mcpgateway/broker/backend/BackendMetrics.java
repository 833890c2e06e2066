package dev.mcpgateway.broker.backend;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.concurrent.TimeUnit;
import java.util.function.IntSupplier;

/** Numbers about sessions with servers; no label has an open set of values. */
final class BackendMetrics {
  private final MeterRegistry meters;

  BackendMetrics(MeterRegistry meters, IntSupplier clientSessions) {
    this.meters = meters;
    Gauge.builder("mcp_backend_client_sessions", clientSessions::getAsInt)
        .description("Client sessions that have sessions with servers")
        .register(meters);
  }

  void opened(Opening opening, long nanos) {
    Timer.builder("mcp_backend_session_open")
        .description("Openings of sessions with servers")
        .tag("outcome", outcome(opening))
        .register(meters)
        .record(nanos, TimeUnit.NANOSECONDS);
  }

  private static String outcome(Opening opening) {
    return switch (opening) {
      case Opening.Opened ignored -> "opened";
      case Opening.Refused ignored -> "refused";
      case Opening.Failed ignored -> "failed";
      case Opening.TimedOut ignored -> "timeout";
      case Opening.Busy ignored -> "busy";
    };
  }
}
