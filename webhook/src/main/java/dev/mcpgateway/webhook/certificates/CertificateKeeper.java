package dev.mcpgateway.webhook.certificates;

import dev.mcpgateway.controller.api.ObjectKey;
import dev.mcpgateway.webhook.server.TlsListener;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps Secret, webhook configuration and listener in agreement: looks at all three every few
 * seconds and repairs what somebody changed. Every replica does this; the Secret decides.
 */
public final class CertificateKeeper implements CertificateSource {
  private static final Logger log = LoggerFactory.getLogger(CertificateKeeper.class);

  private final CertificateStore store;
  private final CaBundleWriter bundles;
  private final CertificatePlanner planner;
  private final Consumer<TlsListener.Identity> listener;
  private @Nullable Certificates last;
  private final ScheduledExecutorService loop =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("certificates").factory());

  /**
   * Nothing is read before {@link #start}.
   *
   * @param secret the Secret the replicas share
   * @param configuration name of the ValidatingWebhookConfiguration
   * @param listener called with the current certificates in every round
   */
  public CertificateKeeper(
      KubernetesClient client,
      ObjectKey secret,
      String configuration,
      CertificatePolicy policy,
      Clock clock,
      Consumer<TlsListener.Identity> listener) {
    this.store = new CertificateStore(client, secret);
    this.bundles = new CaBundleWriter(client, configuration);
    this.planner = new CertificatePlanner(policy, clock);
    this.listener = listener;
  }

  @Override
  public void start(Duration interval) {
    var _ = loop.scheduleWithFixedDelay(this::round, 0, interval.toMillis(), TimeUnit.MILLISECONDS);
  }

  @Override
  public void close() {
    loop.shutdownNow();
  }

  /** One round; a failure is logged and left to the next. */
  void round() {
    try {
      keep();
    } catch (RuntimeException e) {
      log.atWarn().setCause(e).log("Certificates not settled, trying again");
    }
  }

  private void keep() {
    var read = store.read();
    // What the API server trusts already is put back into a Secret that somebody emptied.
    Certificates present = read.certificates() == null ? last : read.certificates();
    boolean announced = present != null && bundles.carries(present.caBundle());
    Certificates next = planner.next(present, announced);
    if (!next.equals(read.certificates()) && !stored(read, next)) {
      return;
    }
    last = next;
    // The listener before the bundle at first start, but a bundle that grows or shrinks never
    // excludes what the listener presents.
    listener.accept(
        new TlsListener.Identity(
            List.of(next.leaf().certificate()), next.leaf().key(), next.trusted()));
    bundles.write(next.caBundle());
  }

  private boolean stored(CertificateStore.Stored read, Certificates next) {
    try {
      store.write(read, next);
      log.atInfo()
          .addKeyValue("leafNotAfter", next.leaf().notAfter())
          .addKeyValue("caNotAfter", next.ca().notAfter())
          .addKeyValue("authorities", next.trusted().size())
          .log("Certificates issued");
      return true;
    } catch (KubernetesClientException e) {
      if (e.getCode() == HttpURLConnection.HTTP_CONFLICT) {
        log.atInfo().log("Another replica issued certificates first, taking those");
        loop.execute(this::round);
        return false;
      }
      throw e;
    }
  }
}
