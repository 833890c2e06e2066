package dev.mcpgateway.webhook.admission;

import io.helidon.http.Status;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.http.ServerRequest;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Reads request bodies within bounds of size, time and memory. The server itself never gives up on
 * a sender that is slow, so a reader that takes too long is interrupted, which closes its
 * connection.
 */
final class BodyReader implements AutoCloseable {
  private final ByteBudget budget;
  private final Duration limit;
  private final ScheduledExecutorService watch =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("body-deadline").factory());

  BodyReader(Duration limit, ByteBudget budget) {
    this.limit = limit;
    this.budget = budget;
  }

  /**
   * Room for the body, to be kept until the answer has been written.
   *
   * @throws RefusedException when the sender says that it is too long, or when there is no room in
   *     time
   */
  ByteBudget.Share admit(ServerRequest request, Deadline deadline)
      throws InterruptedException, RefusedException {
    long announced = request.headers().contentLength().orElse(-1);
    if (announced > AdmissionCodec.MAX_BYTES) {
      throw tooLarge();
    }
    return budget.take(announced, deadline);
  }

  /**
   * The whole body, empty when there is none.
   *
   * @throws RefusedException when it is too long
   * @throws CloseConnectionException when it did not come in time; the connection is lost then
   */
  byte[] read(ServerRequest request, ByteBudget.Share share, Deadline deadline)
      throws RefusedException {
    byte[] body = bounded(request, deadline);
    share.keep(body.length);
    return body;
  }

  @Override
  public void close() {
    watch.shutdownNow();
  }

  private byte[] bounded(ServerRequest request, Deadline deadline) throws RefusedException {
    if (!request.content().hasEntity()) {
      return new byte[0];
    }
    Duration left = deadline.remaining();
    var guard = new Guard(Thread.currentThread());
    var timer =
        watch.schedule(
            guard, (left.compareTo(limit) < 0 ? left : limit).toNanos(), TimeUnit.NANOSECONDS);
    byte[] body;
    // Not closed: closing would read the rest of a body that is too long.
    InputStream in = request.content().inputStream();
    try {
      body = in.readNBytes(AdmissionCodec.MAX_BYTES + 1);
    } catch (IOException | UncheckedIOException e) {
      throw new CloseConnectionException("The body did not arrive", e);
    } finally {
      timer.cancel(false);
      if (guard.done()) {
        // The body came in the last moment: what follows must not take it for a stop.
        Thread.interrupted();
      }
    }
    if (body.length > AdmissionCodec.MAX_BYTES) {
      throw tooLarge();
    }
    return body;
  }

  private static RefusedException tooLarge() {
    return new RefusedException(
        Status.REQUEST_ENTITY_TOO_LARGE_413, "A review can have at most 7 MiB.", false);
  }

  /** Interrupts the reader, but never later than it has finished. */
  private static final class Guard implements Runnable {
    private final Thread reader;
    private boolean done;
    private boolean fired;

    Guard(Thread reader) {
      this.reader = reader;
    }

    @Override
    public synchronized void run() {
      if (!done) {
        fired = true;
        reader.interrupt();
      }
    }

    /** Ends the watch; true when it has interrupted. */
    synchronized boolean done() {
      done = true;
      return fired;
    }
  }
}
