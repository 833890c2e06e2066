package dev.mcpgateway.broker;

import dev.mcpgateway.broker.backend.BackendSessions;
import dev.mcpgateway.broker.catalog.LiveCatalog;
import dev.mcpgateway.broker.config.LiveConfig;
import dev.mcpgateway.broker.extproc.ExtProcService;
import dev.mcpgateway.broker.extproc.GrpcListener;
import dev.mcpgateway.broker.extproc.RouterParts;
import dev.mcpgateway.broker.mcp.ClientSessions;
import dev.mcpgateway.broker.mcp.EventStreams;
import dev.mcpgateway.broker.mcp.McpDispatcher;
import dev.mcpgateway.broker.mcp.McpMetrics;
import dev.mcpgateway.broker.mcp.McpRoutes;
import dev.mcpgateway.broker.mcp.WarmUp;
import dev.mcpgateway.broker.push.PushDispatcher;
import dev.mcpgateway.broker.push.PushMetrics;
import dev.mcpgateway.broker.push.PushRoutes;
import dev.mcpgateway.broker.push.Reports;
import dev.mcpgateway.broker.route.ClientAuthorization;
import dev.mcpgateway.broker.route.GatewayHosts;
import dev.mcpgateway.broker.route.OriginRule;
import dev.mcpgateway.broker.route.Router;
import dev.mcpgateway.broker.route.RouterSettings;
import dev.mcpgateway.broker.session.KeyRing;
import dev.mcpgateway.broker.session.RouterTokens;
import dev.mcpgateway.broker.session.SessionTokens;
import dev.mcpgateway.broker.status.BrokerMetrics;
import dev.mcpgateway.broker.status.Health;
import dev.mcpgateway.broker.status.Lifecycle;
import dev.mcpgateway.broker.status.ManagementRoutes;
import dev.mcpgateway.broker.status.StatusRoutes;
import dev.mcpgateway.broker.upstream.UpstreamLimits;
import dev.mcpgateway.broker.upstream.UpstreamSet;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.WebServerConfig;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One running broker: everything constructed by hand, started in order, stopped in reverse. */
final class Broker implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Broker.class);

  /** What a start waits for servers that do not answer. */
  private static final Duration FIRST_ANSWERS = Duration.ofSeconds(10);

  /** How long a pushed configuration may take to arrive. */
  private static final Duration PUSH_DEADLINE = Duration.ofSeconds(5);

  private final BrokerSettings settings;
  private final Lifecycle lifecycle = new Lifecycle();
  private final LiveCatalog catalog = new LiveCatalog();
  private final UpstreamSet upstreams;
  private final LiveConfig config;
  private final EventStreams streams;
  private final McpRoutes mcp;
  private final McpDispatcher warmUp;
  private final Reports reports;
  private final PushRoutes push;
  private final RouterParts router;
  private final SessionTokens tokens;
  private final BrokerMetrics metrics;
  private final WebServer server;

  Broker(BrokerSettings settings, Supplier<KeyRing> keys, Clock clock) {
    this.settings = settings;
    var registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    upstreams =
        new UpstreamSet(
            UpstreamLimits.withCheckInterval(settings.checkInterval()),
            clock,
            new SecureRandom(),
            catalog);
    config =
        new LiveConfig(
            settings.configFile(),
            settings.versionFile(),
            clock,
            loaded -> upstreams.apply(loaded.config()));
    metrics = new BrokerMetrics(registry, config, catalog, upstreams);
    reports = new Reports(upstreams::snapshot, config::status, clock);
    config.onStatusChange(reports::changed);
    upstreams.onChange(reports::changed);
    var pushMetrics = new PushMetrics(registry, reports, clock);
    push =
        new PushRoutes(
            new PushDispatcher(keys, config, reports, lifecycle::isDraining, pushMetrics),
            pushMetrics,
            PUSH_DEADLINE);

    var hosts =
        new GatewayHosts(
            settings.publicHost(), settings.internalHostPattern(), settings.privateHost());
    tokens = new SessionTokens(keys, settings.publicHost(), settings.sessionLifetime(), clock);
    var sessions = new ClientSessions(tokens, clock);
    var routerTokens = new RouterTokens(keys, settings.publicHost(), clock);
    var routerSettings =
        new RouterSettings(hosts, ClientAuthorization.STRIP, settings.allowedOrigins());
    var backends =
        BackendSessions.throughGateway(settings.privateHost(), routerTokens, clock, registry);
    router =
        new RouterParts(
            new Router(routerSettings),
            catalog,
            sessions,
            routerTokens,
            backends,
            routerSettings.clientAuthorization());
    var extProc = new ExtProcService(router, registry);

    String version = Objects.requireNonNullElse(implementationVersion(), "development");
    streams = new EventStreams(settings.maxStreams());
    catalog.onListChange(streams::announceListChange);
    mcp =
        new McpRoutes(
            new McpRoutes.Options(
                settings.publicHost(),
                new OriginRule(hosts, settings.allowedOrigins()),
                settings.heartbeat(),
                backends::close),
            new McpDispatcher(catalog, sessions, version),
            sessions,
            streams,
            new McpMetrics(registry, sessions, streams),
            clock);
    warmUp = new McpDispatcher(catalog, new ClientSessions(tokens, clock), version);
    server = server(extProc, clock);
  }

  /** Reads the configuration, listens, warms up, asks the servers; ready when it returns. */
  void start() throws InterruptedException {
    config.start();
    server.start();
    if (!server.isRunning()) {
      // Helidon logs why and returns as if all were well.
      throw new IllegalStateException("a listener could not be opened, the reason is logged above");
    }
    WarmUp.run(warmUp);
    RouterWarmUp.run(router, settings.publicHost(), tokens.issue(null, null));
    upstreams.awaitFirstAnswers(FIRST_ANSWERS);
    lifecycle.warmedUp();
    log.atInfo().addKeyValue("http", httpPort()).addKeyValue("grpc", grpcPort()).log("Started");
  }

  int httpPort() {
    return server.port();
  }

  int grpcPort() {
    return server.port(GrpcListener.NAME);
  }

  /**
   * Drains and stops: unready first, still serving while Envoy learns of it, then the streams, the
   * listeners with what still runs on them, and last what they used.
   */
  @Override
  public void close() {
    log.atInfo().addKeyValue("drain", settings.drain()).log("Draining");
    lifecycle.drain();
    reports.release();
    pause();
    streams.endAll();
    server.stop();
    mcp.close();
    push.close();
    config.close();
    upstreams.close();
    metrics.close();
    log.atInfo().log("Stopped");
  }

  private WebServer server(ExtProcService extProc, Clock clock) {
    Health health =
        new Health(
            lifecycle,
            config::usable,
            () -> new InetSocketAddress(settings.bindAddress(), grpcPort()));
    WebServerConfig.Builder listeners = WebServer.builder();
    HttpListener.configure(listeners, settings);
    return listeners
        .routing(
            HttpListener.routing(
                mcp,
                push,
                new StatusRoutes(upstreams::snapshot, config::status, clock),
                new ManagementRoutes(health, metrics),
                lifecycle))
        .putSocket(
            GrpcListener.NAME,
            GrpcListener.config(settings.bindAddress(), settings.grpcPort(), extProc))
        .build();
  }

  private void pause() {
    try {
      var _ = new CountDownLatch(1).await(settings.drain().toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static @Nullable String implementationVersion() {
    return Broker.class.getPackage().getImplementationVersion();
  }
}
