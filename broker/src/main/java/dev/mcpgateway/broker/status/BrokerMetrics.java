package dev.mcpgateway.broker.status;

import dev.mcpgateway.broker.catalog.LiveCatalog;
import dev.mcpgateway.broker.config.LiveConfig;
import dev.mcpgateway.broker.upstream.UpstreamSet;
import dev.mcpgateway.broker.upstream.UpstreamSnapshot;
import dev.mcpgateway.broker.upstream.UpstreamState.Condition.Up;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.List;

/**
 * Numbers about configuration, servers and the process. The one label with many values is the
 * registration's name, and the configuration bounds how many there are.
 */
public final class BrokerMetrics implements AutoCloseable {
  private final PrometheusMeterRegistry registry;
  private final UpstreamSet upstreams;
  private final MultiGauge up;
  private final JvmGcMetrics collections = new JvmGcMetrics();

  public BrokerMetrics(
      PrometheusMeterRegistry registry,
      LiveConfig config,
      LiveCatalog catalog,
      UpstreamSet upstreams) {
    this.registry = registry;
    this.upstreams = upstreams;
    this.up =
        MultiGauge.builder("mcp_broker_upstream_up")
            .description("1 when the registered server answers")
            .register(registry);
    gauges(config, catalog);
    counters(config);
    new JvmMemoryMetrics().bindTo(registry);
    new JvmThreadMetrics().bindTo(registry);
    new ProcessorMetrics().bindTo(registry);
    new FileDescriptorMetrics().bindTo(registry);
    new UptimeMetrics().bindTo(registry);
    collections.bindTo(registry);
  }

  /** Everything in Prometheus' text format. */
  String scrape() {
    List<MultiGauge.Row<?>> rows =
        upstreams.snapshot().states().values().stream()
            .<MultiGauge.Row<?>>map(state ->
                MultiGauge.Row.of(
                    Tags.of("server", state.server().name()),
                    state.condition() instanceof Up ? 1 : 0))
            .toList();
    up.register(rows, true);
    return registry.scrape();
  }

  @Override
  public void close() {
    collections.close();
  }

  private void gauges(LiveConfig config, LiveCatalog catalog) {
    Gauge.builder("mcp_broker_tools", catalog, live -> live.get().tools().size())
        .description("Tools served now")
        .register(registry);
    Gauge.builder("mcp_broker_tool_conflicts", upstreams, set -> conflicts(set.snapshot()))
        .description("Tools not served because another server holds their name")
        .register(registry);
    Gauge.builder("mcp_broker_config_version", config, live -> live.current().version())
        .description("Version of the configuration in force")
        .register(registry);
  }

  private void counters(LiveConfig config) {
    FunctionCounter.builder("mcp_broker_config_loads", config, LiveConfig::loads)
        .description("Configurations applied")
        .register(registry);
    FunctionCounter.builder("mcp_broker_config_refusals", config, LiveConfig::refusals)
        .description("Configurations refused while the last good one stayed")
        .register(registry);
  }

  private static int conflicts(UpstreamSnapshot snapshot) {
    return snapshot.conflicts().values().stream().mapToInt(List::size).sum();
  }
}
