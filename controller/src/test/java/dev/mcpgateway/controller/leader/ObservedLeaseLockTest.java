package dev.mcpgateway.controller.leader;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.api.model.coordination.v1.LeaseBuilder;
import io.fabric8.kubernetes.client.extended.leaderelection.resourcelock.LeaderElectionRecord;
import java.time.Duration;
import java.time.ZonedDateTime;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** Row C11: what wall clocks say, and whether they jump, makes no difference. */
class ObservedLeaseLockTest {
  private static final Duration LEASE = Duration.ofSeconds(15);
  private static final ZonedDateTime NOW = ZonedDateTime.parse("2026-11-22T12:00:00Z");

  // About to overflow: System.nanoTime may be anything.
  private final AtomicLong ticker = new AtomicLong(Long.MAX_VALUE - 5);
  private final ObservedLeaseLock lock =
      new ObservedLeaseLock("default", "lease", "me", LEASE, ticker::get);

  @Test
  void aLeaseThatIsRenewedCannotBeTakenWhateverClocksSay() {
    for (int i = 0; i < 10; i++) {
      isTakenByNobody(lock.toRecord(renewedAt(NOW.plusSeconds(i))));
      pass(LEASE);
    }
    for (int minutes : new int[] {-10, 10, -60, 60}) {
      isTakenByNobody(lock.toRecord(renewedAt(NOW.plusMinutes(minutes))));
      pass(LEASE);
    }
  }

  @Test
  void aLeaseThatIsNotRenewedCanBeTakenAfterItsTimeWhateverClocksSay() {
    for (int minutes : new int[] {-10, 0, 10}) {
      Lease dead = renewedAt(NOW.plusMinutes(minutes));
      isTakenByNobody(lock.toRecord(dead));
      pass(LEASE);
      isTakenByNobody(lock.toRecord(dead));
      pass(Duration.ofNanos(1));
      isTakenByAnybody(lock.toRecord(dead));
    }
  }

  @Test
  void aLeaseLastsAsLongAsItSays() {
    Lease shorter =
        new LeaseBuilder(renewedAt(NOW)).editSpec().withLeaseDurationSeconds(1).endSpec().build();
    isTakenByNobody(lock.toRecord(shorter));
    pass(Duration.ofSeconds(2));
    isTakenByAnybody(lock.toRecord(shorter));
  }

  @Test
  void aLeaseWithoutAnythingInItLastsAsLongAsOurs() {
    Lease empty = new LeaseBuilder().withNewMetadata().endMetadata().build();
    isTakenByNobody(lock.toRecord(empty));
    pass(LEASE.plusNanos(1));
    isTakenByAnybody(lock.toRecord(empty));
  }

  private void pass(Duration time) {
    ticker.addAndGet(time.toNanos());
  }

  private static Lease renewedAt(ZonedDateTime time) {
    return new LeaseBuilder()
        .withNewSpec()
        .withHolderIdentity("other")
        .withRenewTime(time)
        .endSpec()
        .build();
  }

  private static void isTakenByNobody(LeaderElectionRecord lease) {
    assertThat(clocks()).noneMatch(now -> ended(lease, now));
  }

  private static void isTakenByAnybody(LeaderElectionRecord lease) {
    assertThat(clocks()).allMatch(now -> ended(lease, now));
  }

  /** The elector's rule, for a holder that has not given the lease back. */
  private static boolean ended(LeaderElectionRecord lease, ZonedDateTime now) {
    return now.isAfter(lease.getRenewTime().plus(lease.getLeaseDuration()));
  }

  private static List<ZonedDateTime> clocks() {
    return List.of(
        NOW.minusYears(50), NOW.minusMinutes(10), NOW, NOW.plusMinutes(10), NOW.plusYears(50));
  }
}
