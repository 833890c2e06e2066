package dev.mcpgateway.webhook.admission;

import io.helidon.http.Status;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Bounds the bytes of all reviews in progress, from before a body is read until its answer has been
 * written. Small and large ones have a budget each, so that a few large ones never keep the many
 * small ones waiting.
 */
final class ByteBudget {
  /** Length up to which a body is small. */
  static final int SMALL = 256 << 10;

  private final Semaphore small;
  private final Semaphore large;

  /**
   * Budgets in bytes; each must hold the longest body of its kind.
   *
   * @param smallBytes for bodies up to {@link #SMALL}
   * @param largeBytes for longer ones and those of unknown length
   */
  ByteBudget(int smallBytes, int largeBytes) {
    this.small = new Semaphore(smallBytes, true);
    this.large = new Semaphore(largeBytes, true);
  }

  /**
   * Takes a share, waiting for it in the order of arrival.
   *
   * @param length announced for the body, negative when it is unknown
   * @throws RefusedException when there is none until the deadline
   */
  Share take(long length, Deadline deadline) throws InterruptedException, RefusedException {
    Semaphore budget = length >= 0 && length <= SMALL ? small : large;
    int bytes = length < 0 ? AdmissionCodec.MAX_BYTES : Math.toIntExact(length);
    if (!budget.tryAcquire(bytes, deadline.remaining().toNanos(), TimeUnit.NANOSECONDS)) {
      throw new RefusedException(
          Status.SERVICE_UNAVAILABLE_503, "The webhook has too many reviews at once.", false);
    }
    return new Share(budget, bytes);
  }

  /** What one review may occupy; used by one thread. */
  static final class Share implements AutoCloseable {
    private final Semaphore budget;
    private int bytes;

    private Share(Semaphore budget, int bytes) {
      this.budget = budget;
      this.bytes = bytes;
    }

    /** Gives back what was taken for a body whose length was not known. */
    void keep(int needed) {
      budget.release(bytes - needed);
      bytes = needed;
    }

    @Override
    public void close() {
      keep(0);
    }
  }
}
