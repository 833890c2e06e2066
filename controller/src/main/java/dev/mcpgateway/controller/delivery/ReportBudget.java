package dev.mcpgateway.controller.delivery;

import java.util.HashMap;
import java.util.Map;

/**
 * Heap for what is kept of brokers' reports. Every broker may have {@link #FLOOR}, more than most
 * have to say; beyond that an equal part of its namespace's share, as long as there is any left.
 */
final class ReportBudget {
  /** Bytes every broker may have, however many there are and whatever others have. */
  static final int FLOOR = 8 * 1024;

  /** Bytes for the brokers of one namespace: three of them with thousands of servers each. */
  static final int SHARE = 8 * 1024 * 1024;

  /** Bytes above the floor for the brokers of all namespaces together. */
  static final int ALL = 48 * 1024 * 1024;

  private final Map<String, Integer> brokers = new HashMap<>();
  private int taken;

  /** One more broker of a namespace. */
  synchronized Share join(String namespace) {
    brokers.merge(namespace, 1, Integer::sum);
    return new Share(namespace);
  }

  /** What is kept of the report of one broker. */
  final class Share implements AutoCloseable {
    private final String namespace;
    private int held;
    private boolean closed;

    private Share(String namespace) {
      this.namespace = namespace;
    }

    /** Bytes its next report may take in the place of this one. */
    int room() {
      synchronized (ReportBudget.this) {
        int part = SHARE / brokers.getOrDefault(namespace, 1);
        return Math.max(FLOOR, Math.min(part, FLOOR + ALL - taken + held));
      }
    }

    /** Its report takes this many bytes now; to be asked for {@link #room} before. */
    void hold(int bytes) {
      synchronized (ReportBudget.this) {
        int above = closed ? 0 : Math.max(0, bytes - FLOOR);
        taken += above - held;
        held = above;
      }
    }

    /** The broker is gone. */
    @Override
    public void close() {
      synchronized (ReportBudget.this) {
        hold(0);
        if (!closed) {
          closed = true;
          brokers.computeIfPresent(namespace, (n, count) -> count == 1 ? null : count - 1);
        }
      }
    }
  }
}
