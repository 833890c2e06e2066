package dev.mcpgateway.controller.delivery;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.List;
import java.util.function.Predicate;
import java.util.function.Supplier;

/** Numbers about deliveries; no label has an open set of values. */
public final class DeliveryMetrics {
  private static final Duration SHORTEST = Duration.ofMillis(5);
  private static final Duration LONGEST = Duration.ofMinutes(5);

  private final MeterRegistry registry;
  private final Timer propagation;

  public DeliveryMetrics(MeterRegistry registry) {
    this.registry = registry;
    this.propagation =
        Timer.builder("mcp_config_propagation")
            .description("From the version of a configuration to its acknowledgement by a broker")
            .publishPercentileHistogram()
            .minimumExpectedValue(SHORTEST)
            .maximumExpectedValue(LONGEST)
            .register(registry);
  }

  void observe(Supplier<ReplicasSnapshot> replicas) {
    gauge("mcp_controller_replicas", "Ready brokers", replicas, r -> true);
    gauge(
        "mcp_controller_replicas_failing",
        "Ready brokers that could not be reached or given their configuration",
        replicas,
        r -> r.error() != null);
  }

  /**
   * A configuration was sent.
   *
   * @param outcome the broker's word in lower case, {@code unauthorized} or {@code failed}
   */
  void pushed(String outcome) {
    registry.counter("mcp_controller_pushes", "outcome", outcome).increment();
  }

  void propagated(Duration took) {
    propagation.record(took);
  }

  private void gauge(
      String name,
      String description,
      Supplier<ReplicasSnapshot> replicas,
      Predicate<ReplicaState> which) {
    Gauge.builder(
            name,
            () ->
                replicas.get().byNamespace().values().stream()
                    .flatMap(List::stream)
                    .filter(which)
                    .count())
        .description(description)
        .register(registry);
  }
}
