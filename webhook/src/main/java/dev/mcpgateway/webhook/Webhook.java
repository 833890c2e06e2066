package dev.mcpgateway.webhook;

import dev.mcpgateway.controller.api.cache.WatchedKind;
import dev.mcpgateway.controller.api.cache.WorldCache;
import dev.mcpgateway.webhook.admission.AdmissionMetrics;
import dev.mcpgateway.webhook.admission.AdmissionObserver;
import dev.mcpgateway.webhook.admission.AdmissionRoutes;
import dev.mcpgateway.webhook.certificates.CertificateKeeper;
import dev.mcpgateway.webhook.certificates.CertificatePolicy;
import dev.mcpgateway.webhook.certificates.CertificateSource;
import dev.mcpgateway.webhook.certificates.MountedCertificates;
import dev.mcpgateway.webhook.configuration.WebhookConfiguration;
import dev.mcpgateway.webhook.promotion.FailurePolicyKeeper;
import dev.mcpgateway.webhook.server.Drain;
import dev.mcpgateway.webhook.server.Health;
import dev.mcpgateway.webhook.server.ManagementListener;
import dev.mcpgateway.webhook.server.SelfDial;
import dev.mcpgateway.webhook.server.TlsListener;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.net.InetSocketAddress;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One running webhook: everything constructed by hand, started in order, stopped in reverse. */
final class Webhook implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Webhook.class);

  /** What warnings are made of; what denials depend on is read from the API server itself. */
  private static final Set<WatchedKind> WATCHED =
      Set.of(
          WatchedKind.EXTENSION,
          WatchedKind.REGISTRATION,
          WatchedKind.GATEWAY,
          WatchedKind.GRANT,
          WatchedKind.ROUTE);

  private final WebhookSettings settings;
  private final Drain drain = new Drain();
  private final WorldCache cache;
  private final AdmissionObserver observer;
  private final AdmissionRoutes routes;
  private final TlsListener listener;
  private final CertificateSource certificates;
  private final FailurePolicyKeeper policy;
  private final ManagementListener management;

  Webhook(WebhookSettings settings, KubernetesClient client, Clock clock) {
    this.settings = settings;
    var metrics = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    cache = new WorldCache(client, WATCHED, AdmissionObserver.STORED, change -> {});
    observer = new AdmissionObserver(client, cache);
    routes =
        new AdmissionRoutes(
            observer,
            new AdmissionMetrics(metrics),
            drain::active,
            settings.bodyDeadline(),
            settings.concurrency());
    listener =
        new TlsListener(
            new TlsListener.Settings(
                settings.bindAddress(),
                settings.tlsPort(),
                settings.maxConnections(),
                settings.shutdownGrace()),
            routes);
    List<String> names =
        CertificatePolicy.serviceNames(settings.serviceName(), settings.tlsSecret().namespace());
    var configuration = new WebhookConfiguration(client, settings.webhookConfiguration());
    certificates = certificates(client, configuration, names, clock);
    policy =
        new FailurePolicyKeeper(
            client, configuration, settings.tlsSecret().namespace(), settings.promote());
    Gauge.builder("mcp_webhook_certificate_expiry_seconds", listener, Webhook::expiry)
        .description("When the presented certificate expires, in seconds since the epoch")
        .register(metrics);
    Gauge.builder(
            "mcp_webhook_certificates_settled",
            certificates,
            source -> source.failure().isEmpty() ? 1 : 0)
        .description("1 when nothing was wrong with the certificates in the last round")
        .register(metrics);
    Gauge.builder("mcp_webhook_failure_policy_fail", policy, p -> p.failing() ? 1 : 0)
        .description("1 when every webhook of the configuration has the failure policy Fail")
        .register(metrics);
    management =
        new ManagementListener(
            settings.bindAddress(),
            settings.managementPort(),
            new Health(
                listener,
                new SelfDial(listener, names.get(2), configuration::caBundles),
                certificates::failure,
                cache::synced,
                drain),
            metrics);
  }

  /** Begins to read the cluster and to settle certificates; returns at once. */
  void start() {
    cache.start();
    certificates.start(settings.checkInterval());
    policy.start(settings.promotionInterval());
  }

  /** Where reviews are answered, empty before there is a certificate. */
  Optional<InetSocketAddress> address() {
    return listener.address();
  }

  int managementPort() {
    return management.port();
  }

  /**
   * Drains and stops: unready first, still serving while the API server moves its connections, then
   * the listener, then what it used.
   */
  @Override
  public void close() {
    log.atInfo().addKeyValue("drain", settings.drainPeriod()).log("Draining");
    drain.begin();
    policy.close();
    pause();
    listener.close();
    routes.close();
    observer.close();
    certificates.close();
    cache.close();
    management.close();
    log.atInfo().log("Stopped");
  }

  private CertificateSource certificates(
      KubernetesClient client,
      WebhookConfiguration configuration,
      List<String> names,
      Clock clock) {
    return settings
        .certificateFolder()
        .<CertificateSource>map(folder -> new MountedCertificates(folder, listener::present))
        .orElseGet(() ->
            new CertificateKeeper(
                client,
                settings.tlsSecret(),
                configuration,
                new CertificatePolicy(
                    names, settings.caLifetime(), settings.leafLifetime(), settings.overlap()),
                clock,
                listener::present));
  }

  private void pause() {
    try {
      var _ = new CountDownLatch(1).await(settings.drainPeriod().toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static double expiry(TlsListener listener) {
    return listener.identity().map(i -> i.notAfter().getEpochSecond()).orElse(0L);
  }
}
