package dev.mcpgateway.controller.management;

import dev.mcpgateway.controller.api.cache.WatchState;
import dev.mcpgateway.controller.api.conditions.ConditionNames;
import dev.mcpgateway.controller.api.conditions.ExtensionMessages;
import dev.mcpgateway.controller.api.rules.Violation;
import dev.mcpgateway.controller.loop.LoopMetrics;
import dev.mcpgateway.controller.observe.InstanceInputs.Judged;
import dev.mcpgateway.controller.observe.Outlook;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.IntSupplier;
import java.util.function.Predicate;
import java.util.function.Supplier;

/** The controller's metrics, in Prometheus' format. */
public final class ControllerMetrics implements LoopMetrics {
  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);

  /**
   * Registers the gauges that are read from the present state when somebody asks.
   *
   * @param watches how the watch of each kind is doing
   */
  public ControllerMetrics(
      Supplier<Outlook> outlook,
      IntSupplier queued,
      IntSupplier unreadable,
      BooleanSupplier leading,
      Map<String, Supplier<WatchState>> watches) {
    Gauge.builder("mcp_controller_leading", () -> leading.getAsBoolean() ? 1 : 0)
        .description("1 while this replica acts")
        .register(registry);
    Gauge.builder("mcp_controller_queue_keys", queued::getAsInt)
        .description("Keys that wait for a pass")
        .register(registry);
    Gauge.builder("mcp_controller_unreadable_objects", unreadable::getAsInt)
        .description("Objects that are left out because they cannot be read")
        .register(registry);
    watches.forEach((kind, watch) -> {
      Gauge.builder("mcp_controller_watch", () -> watch.get().live() ? 1 : 0)
          .description("1 while the watch of this kind is live")
          .tag("kind", kind)
          .register(registry);
      FunctionCounter.builder(
              "mcp_controller_watch_failures", watch, state -> state.get().failures())
          .description("Failures of the watch of this kind, after each of which it tried again")
          .tag("kind", kind)
          .register(registry);
    });
    for (String reason :
        List.of(
            ConditionNames.VALID_EXTENSION,
            ConditionNames.INVALID_EXTENSION,
            ConditionNames.REFERENCE_GRANT_REQUIRED)) {
      Gauge.builder(
              "mcp_gateway_extensions", () -> count(outlook.get(), j -> reason.equals(reason(j))))
          .description("Extensions by the reason of their Ready condition")
          .tag("reason", reason)
          .register(registry);
    }
    Gauge.builder(
            "mcp_gateway_extension_conflicts",
            () -> count(outlook.get(), ControllerMetrics::conflicted))
        .description("Extensions that lost a namespace or a Gateway to another one")
        .register(registry);
    Gauge.builder("mcp_gateway_registrations", () -> outlook.get().registrations().size())
        .description("Registrations known")
        .register(registry);
    Gauge.builder(
            "mcp_gateway_config_characters_max",
            () ->
                outlook.get().instances().values().stream()
                    .mapToInt(
                        i -> i.storedConfig() == null ? 0 : i.storedConfig().document().length())
                    .max()
                    .orElse(0))
        .description("Length of the longest stored configuration")
        .register(registry);
  }

  @Override
  public void pass(String kind, Result result, Duration took) {
    Timer.builder("mcp_controller_pass")
        .description("Passes over keys")
        .tag("kind", kind)
        .tag("result", result.name().toLowerCase(Locale.ROOT))
        .register(registry)
        .record(took);
  }

  /** For the numbers of other rooms. */
  public MeterRegistry registry() {
    return registry;
  }

  /** The text exposition. */
  public String scrape() {
    return registry.scrape();
  }

  private static long count(Outlook outlook, Predicate<Judged> which) {
    return outlook.instances().values().stream()
        .flatMap(i -> i.extensions().stream())
        .filter(which)
        .count();
  }

  private static String reason(Judged judged) {
    return judged
        .verdict()
        .first()
        .map(ExtensionMessages::readyReason)
        .orElse(ConditionNames.VALID_EXTENSION);
  }

  private static boolean conflicted(Judged judged) {
    return judged.verdict().violations().stream()
        .anyMatch(v ->
            switch (v) {
              case Violation.NamespaceTaken t -> true;
              case Violation.GatewayTaken t -> true;
              case Violation.PredecessorTerminating t -> false;
              case Violation.NotPermitted t -> false;
              case Violation.GatewayMissing t -> false;
            });
  }
}
