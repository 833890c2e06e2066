package dev.mcpgateway.controller.leader;

import dev.mcpgateway.controller.queue.Ticker;
import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.api.model.coordination.v1.LeaseSpec;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.extended.leaderelection.resourcelock.LeaderElectionRecord;
import io.fabric8.kubernetes.client.extended.leaderelection.resourcelock.LeaseLock;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A Lease judged by when its last renewal was <em>seen</em>, not by the time its holder wrote into
 * it, as client-go does: a candidate whose clock is ahead must not take a lease that is being
 * renewed. fabric8's own lock compares the two clocks.
 */
final class ObservedLeaseLock extends LeaseLock {
  private final Clock clock;
  private final Duration leaseDuration;
  private @Nullable LeaseSpec lastSeen;
  private ZonedDateTime seenAt;
  private final Tenure tenure;
  private volatile boolean retired;

  ObservedLeaseLock(
      String namespace,
      String name,
      String identity,
      Duration leaseDuration,
      Clock clock,
      Ticker ticker) {
    super(namespace, name, identity);
    this.tenure = new Tenure(ticker, leaseDuration);
    this.clock = clock;
    this.leaseDuration = leaseDuration;
    this.seenAt = now();
  }

  @Override
  protected LeaderElectionRecord toRecord(Lease lease) {
    // A Lease somebody else has made may lack every field.
    LeaseSpec spec = Objects.requireNonNullElseGet(lease.getSpec(), LeaseSpec::new);
    if (!spec.equals(lastSeen)) {
      lastSeen = spec;
      seenAt = now();
    }
    return new LeaderElectionRecord(
        spec.getHolderIdentity(),
        spec.getLeaseDurationSeconds() == null
            ? leaseDuration
            : Duration.ofSeconds(spec.getLeaseDurationSeconds()),
        Objects.requireNonNullElse(spec.getAcquireTime(), seenAt),
        seenAt,
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
          tenure.renew(() -> super.update(client, wanted));
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

  private ZonedDateTime now() {
    return clock.instant().atZone(ZoneOffset.UTC);
  }
}
