package dev.mcpgateway.broker.mcp;

import dev.mcpgateway.broker.wire.JsonRpcErrors;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.concurrent.TimeUnit;

/** Numbers about {@code /mcp}; no label has an open set of values. */
public final class McpMetrics {
  private final MeterRegistry meters;

  public McpMetrics(MeterRegistry meters, ClientSessions sessions, EventStreams streams) {
    this.meters = meters;
    Gauge.builder("mcp_broker_streams_open", streams, EventStreams::size)
        .description("Streams clients listen on")
        .register(meters);
    FunctionCounter.builder("mcp_broker_sessions_issued", sessions, ClientSessions::issued)
        .description("Sessions opened by clients")
        .register(meters);
  }

  void answered(String verb, McpReply reply, long nanos) {
    Timer.builder("mcp_broker_requests")
        .description("Requests to /mcp that were answered by the broker")
        .tag("verb", verb)
        .tag("outcome", outcome(reply))
        .register(meters)
        .record(nanos, TimeUnit.NANOSECONDS);
  }

  private static String outcome(McpReply reply) {
    return switch (reply.errorCode()) {
      case 0 -> "ok";
      case JsonRpcErrors.PARSE_ERROR -> "parse_error";
      case JsonRpcErrors.METHOD_NOT_FOUND -> "method_not_found";
      case JsonRpcErrors.INVALID_PARAMS -> "invalid_params";
      case JsonRpcErrors.INTERNAL_ERROR -> "internal_error";
      case McpReply.UNSUPPORTED_VERSION -> "unsupported_version";
      default -> reply.status() == 404 ? "unknown_session" : "invalid_request";
    };
  }
}
