package dev.mcpgateway.controller.leader;

import dev.mcpgateway.controller.queue.Ticker;
import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.api.model.coordination.v1.LeaseSpec;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.extended.leaderelection.resourcelock.LeaderElectionRecord;
import io.fabric8.kubernetes.client.extended.leaderelection.resourcelock.LeaseLock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A Lease judged by how long ago its last renewal was <em>seen</em>, on a monotonic clock, and
 * neither by the time its holder wrote into it nor by this machine's: clocks that differ, and one
 * that is set forth or back, neither take a lease that is being renewed nor keep one that has
 * ended.
 *
 * <p>fabric8's elector compares the record's {@code renewTime} with the wall clock. So the record
 * carries no time but the verdict: {@link #ENDED} or {@link #LASTS}. It is never written: what is
 * written comes from the elector.
 */
final class ObservedLeaseLock extends LeaseLock {
  /** Before whatever a wall clock may say. */
  static final ZonedDateTime ENDED = ZonedDateTime.of(1, 1, 1, 0, 0, 0, 0, ZoneOffset.UTC);

  /** After whatever a wall clock may say. */
  static final ZonedDateTime LASTS = ZonedDateTime.of(9999, 1, 1, 0, 0, 0, 0, ZoneOffset.UTC);

  /** For a holder that does not say since when it leads. */
  private static final ZonedDateTime UNKNOWN =
      ZonedDateTime.of(1970, 1, 1, 0, 0, 0, 0, ZoneOffset.UTC);

  private final Ticker ticker;
  private final Duration leaseDuration;
  private @Nullable LeaseSpec lastSeen;
  private long seenAt;
  private final Tenure tenure;
  private volatile boolean retired;

  ObservedLeaseLock(
      String namespace, String name, String identity, Duration leaseDuration, Ticker ticker) {
    super(namespace, name, identity);
    this.tenure = new Tenure(ticker, leaseDuration);
    this.ticker = ticker;
    this.leaseDuration = leaseDuration;
    this.seenAt = ticker.nanos();
  }

  @Override
  protected LeaderElectionRecord toRecord(Lease lease) {
    // A Lease somebody else has made may lack every field.
    LeaseSpec spec = Objects.requireNonNullElseGet(lease.getSpec(), LeaseSpec::new);
    long now = ticker.nanos();
    if (!spec.equals(lastSeen)) {
      lastSeen = spec;
      seenAt = now;
    }
    Duration lasts =
        spec.getLeaseDurationSeconds() == null
            ? leaseDuration
            : Duration.ofSeconds(spec.getLeaseDurationSeconds());
    return new LeaderElectionRecord(
        spec.getHolderIdentity(),
        lasts,
        Objects.requireNonNullElse(spec.getAcquireTime(), UNKNOWN),
        now - seenAt > lasts.toNanos() ? ENDED : LASTS,
        Objects.requireNonNullElse(spec.getLeaseTransitions(), 0));
  }

  /**
   * From now on the lease can only be given back. The elector's last renewal may still wait for its
   * turn when the elector is cancelled, and would take the lease again after it was given back.
   */
  void retire() {
    retired = true;
  }

  /** Whether nobody else can have taken the lease since this candidate last wrote it. */
  boolean held() {
    return !retired && tenure.lasts();
  }

  // The elector only survives KubernetesClientException; any other one ends it without a word.

  @Override
  public synchronized LeaderElectionRecord get(KubernetesClient client) {
    return guarded(() -> super.get(client));
  }

  @Override
  public synchronized void create(KubernetesClient client, LeaderElectionRecord wanted) {
    var _ =
        guarded(() -> {
          refuseWhenRetired(wanted);
          tenure.renew(() -> super.create(client, wanted));
          return wanted;
        });
  }

  @Override
  public synchronized void update(KubernetesClient client, LeaderElectionRecord wanted) {
    var _ =
        guarded(() -> {
          refuseWhenRetired(wanted);
          if (identity().equals(wanted.getHolderIdentity())) {
            tenure.renew(() -> super.update(client, wanted));
          } else {
            // Given back: from the moment it is stored somebody else may hold it.
            tenure.end();
            super.update(client, wanted);
          }
          return wanted;
        });
  }

  private void refuseWhenRetired(LeaderElectionRecord wanted) {
    if (retired && identity().equals(wanted.getHolderIdentity())) {
      throw new KubernetesClientException("this candidate stops and takes no lease");
    }
  }

  private static LeaderElectionRecord guarded(Supplier<LeaderElectionRecord> call) {
    try {
      return call.get();
    } catch (KubernetesClientException e) {
      throw e;
    } catch (RuntimeException e) {
      throw new KubernetesClientException("lease cannot be used", e);
    }
  }
}
