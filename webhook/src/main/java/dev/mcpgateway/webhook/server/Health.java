package dev.mcpgateway.webhook.server;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** What the probes ask. Liveness never depends on the API server. */
public final class Health {
  private final TlsListener listener;
  private final SelfDial dial;
  private final Supplier<String> certificates;
  private final BooleanSupplier synced;
  private final Drain drain;

  /**
   * Health of one process.
   *
   * @param certificates what is wrong with them and what to do, empty when nothing is
   * @param synced whether the cache has read the cluster once
   */
  public Health(
      TlsListener listener,
      SelfDial dial,
      Supplier<String> certificates,
      BooleanSupplier synced,
      Drain drain) {
    this.listener = listener;
    this.dial = dial;
    this.certificates = certificates;
    this.synced = synced;
    this.drain = drain;
  }

  /** Reasons to restart the process: a listener that was there and no longer answers. */
  List<String> reasonsToRestart() {
    return failures(dial.outage());
  }

  /** Reasons to send no reviews here. */
  List<String> reasonsToWait() {
    List<String> reasons = new ArrayList<>(failures(dial.failure()));
    if (listener.identity().isEmpty()) {
      // With a certificate that still serves, it is a matter for the metric and the log.
      reasons.addAll(failures(certificates.get()));
    }
    if (!synced.getAsBoolean()) {
      reasons.add("the cluster has not been read yet");
    }
    if (drain.active()) {
      reasons.add("stopping");
    }
    return List.copyOf(reasons);
  }

  private static List<String> failures(String failure) {
    return failure.isEmpty() ? List.of() : List.of(failure);
  }
}
