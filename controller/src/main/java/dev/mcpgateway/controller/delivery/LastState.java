package dev.mcpgateway.controller.delivery;

import dev.mcpgateway.broker.api.push.BrokerReport;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** What is known of one broker at last. Changed by one thread, read by any. */
final class LastState {
  private final Runnable changed;
  private volatile ReplicaState now;

  /**
   * @param changed called after every change; must not block
   */
  LastState(Replica replica, Runnable changed) {
    this.changed = changed;
    this.now = new ReplicaState(replica.pod(), replica.uid(), null, null, false);
  }

  ReplicaState now() {
    return now;
  }

  /** Its last report, whether that still counts or not; null until the first. */
  @Nullable BrokerReport report() {
    return now.report();
  }

  /** A report that only was made later is the same. */
  void become(@Nullable BrokerReport report, @Nullable String error, boolean silent) {
    ReplicaState before = now;
    BrokerReport known = before.report();
    if (known != null && report != null && known.equals(at(report, known.at()))) {
      report = known;
    }
    ReplicaState after = new ReplicaState(before.pod(), before.podUid(), report, error, silent);
    if (!after.equals(before)) {
      now = after;
      changed.run();
    }
  }

  private static BrokerReport at(BrokerReport report, Instant at) {
    return report.stamped(report.revision(), at);
  }
}
