package dev.mcpgateway.webhook.server;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;

/** What the probes ask. Liveness never depends on the API server. */
public final class Health {
  private final TlsListener listener;
  private final SelfDial dial;
  private final BooleanSupplier synced;
  private final Drain drain;

  /**
   * Health of one process.
   *
   * @param synced whether the cache has read the cluster once
   */
  public Health(TlsListener listener, SelfDial dial, BooleanSupplier synced, Drain drain) {
    this.listener = listener;
    this.dial = dial;
    this.synced = synced;
    this.drain = drain;
  }

  /** Reasons to restart the process: a listener that was there and no longer answers. */
  List<String> reasonsToRestart() {
    return listener.identity().isEmpty() ? List.of() : failures(dial.outage());
  }

  /** Reasons to send no reviews here. */
  List<String> reasonsToWait() {
    List<String> reasons = new ArrayList<>(failures(dial.failure()));
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
