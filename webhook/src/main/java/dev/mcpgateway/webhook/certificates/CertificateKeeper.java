package dev.mcpgateway.webhook.certificates;

import dev.mcpgateway.controller.api.ObjectKey;
import dev.mcpgateway.webhook.configuration.WebhookConfiguration;
import dev.mcpgateway.webhook.server.TlsListener;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps Secret, webhook configuration and listener in agreement: looks at all three every few
 * seconds and repairs what somebody changed. Every replica does this; the Secret decides. One that
 * is gone, or cannot be read, stops renewals and nothing else.
 */
public final class CertificateKeeper implements CertificateSource {
  private static final Logger log = LoggerFactory.getLogger(CertificateKeeper.class);

  private final ObjectKey secret;
  private final CertificateStore store;
  private final CaBundleWriter bundles;
  private final CertificatePlanner planner;
  private final Clock clock;
  private final Consumer<TlsListener.Identity> listener;

  /** The Secret as it was last seen, and what this replica presents; null before. */
  private CertificateStore.@Nullable Stored seen;

  private @Nullable Certificates last;
  private final Announcement announcement = new Announcement();
  private volatile String failure = "";
  private final ScheduledExecutorService loop =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("certificates").factory());

  /**
   * Nothing is read before {@link #start}.
   *
   * @param secret the Secret the replicas share
   * @param configuration whose {@code caBundle} is kept
   * @param listener called with the current certificates in every round
   */
  public CertificateKeeper(
      KubernetesClient client,
      ObjectKey secret,
      WebhookConfiguration configuration,
      CertificatePolicy policy,
      Clock clock,
      Consumer<TlsListener.Identity> listener) {
    this.secret = secret;
    this.store = new CertificateStore(client, secret);
    this.bundles = new CaBundleWriter(configuration);
    this.planner = new CertificatePlanner(policy);
    this.clock = clock;
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

  @Override
  public String failure() {
    return failure;
  }

  /** One round; what fails is told once and left to the next. */
  void round() {
    String now = "";
    try {
      keep();
    } catch (RuntimeException e) {
      now = "certificates not settled: " + e.getMessage();
      if (!now.equals(failure)) {
        log.atWarn().setCause(e).log("Certificates not settled, trying again");
      }
    }
    failure = now;
  }

  private void keep() {
    try {
      settle();
    } catch (RuntimeException e) {
      hold(e);
      throw e;
    }
  }

  private void settle() {
    CertificateStore.Stored read = store.read().or(this::restored).orElse(null);
    if (read == null) {
      throw new IllegalStateException(
          "Secret %s is missing: install the chart again.".formatted(secret));
    }
    seen = read;
    // A clock that is behind what the API server has written is wrong, and no judge of beginnings.
    Instant now = Collections.max(List.of(clock.instant(), read.written()));
    Certificates present = present(read.certificates(), now);
    Certificates next = planner.next(present, announced(present, now), now);
    if (!next.equals(read.certificates()) && !stored(read, next)) {
      return;
    }
    last = next;
    // The listener before the bundle at first start, but a bundle that grows or shrinks never
    // excludes what the listener presents.
    listener.accept(
        new TlsListener.Identity(List.of(next.leaf().certificate()), next.leaf().key()));
    bundles.write(next.caBundle());
  }

  /**
   * What the API server trusts already goes back into a Secret that somebody emptied, or filled by
   * a clock that is years ahead.
   */
  private @Nullable Certificates present(@Nullable Certificates stored, Instant now) {
    boolean usable = stored != null && stored.ca().validAt(now);
    return usable || last == null ? stored : last;
  }

  private @Nullable Instant announced(@Nullable Certificates present, Instant now) {
    if (present == null) {
      return null;
    }
    String bundle = present.caBundle();
    return announcement.seen(bundle, bundles.carries(bundle), now);
  }

  /** Puts back a Secret that somebody deleted under this replica's eyes. */
  private Optional<CertificateStore.Stored> restored() {
    CertificateStore.Stored before = seen;
    Certificates agreed = last;
    if (before == null || agreed == null) {
      return Optional.empty();
    }
    store.restore(before, agreed);
    log.atWarn().addKeyValue("secret", secret).log("Secret was missing and has been restored");
    return store.read();
  }

  /**
   * Without the Secret nothing is renewed, but what is presented stays presented and the API server
   * is made to trust it. Replicas that still see the Secret may be ahead, so nothing is taken away.
   */
  private void hold(RuntimeException reason) {
    Certificates agreed = last;
    if (agreed != null) {
      try {
        bundles.add(agreed.trusted());
      } catch (RuntimeException e) {
        reason.addSuppressed(e);
      }
    }
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
