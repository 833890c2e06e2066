package dev.mcpgateway.webhook.server;

import java.util.concurrent.atomic.AtomicBoolean;

/** Whether this process is about to stop: it still answers, but wants no further connections. */
public final class Drain {
  private final AtomicBoolean draining = new AtomicBoolean();

  public boolean active() {
    return draining.get();
  }

  /** Begins to drain; there is no way back. */
  public void begin() {
    draining.set(true);
  }
}
