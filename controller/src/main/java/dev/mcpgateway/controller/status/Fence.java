package dev.mcpgateway.controller.status;

import io.fabric8.kubernetes.client.KubernetesClientException;
import java.util.function.BooleanSupplier;

/** Keeps a leader that does not know that it is none any more from writing. */
public final class Fence {
  private final BooleanSupplier held;

  /**
   * @param held whether the lease is certainly held
   */
  public Fence(BooleanSupplier held) {
    this.held = held;
  }

  /**
   * To be asked right before a write.
   *
   * @throws KubernetesClientException when the lease may be somebody else's
   */
  public void check() {
    if (!held.getAsBoolean()) {
      throw new KubernetesClientException("the lease has not been renewed in time, not written");
    }
  }
}
