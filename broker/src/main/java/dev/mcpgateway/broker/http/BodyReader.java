package dev.mcpgateway.broker.http;

import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.http.ServerRequest;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Reads request bodies within bounds of size, time and number. The server itself never gives up on
 * a slow sender, so a reader that takes too long is interrupted, which closes its connection. When
 * as many bodies are being read as may be, the one that takes longest gives way to the next: slow
 * senders cannot keep a quick one out.
 */
public final class BodyReader implements AutoCloseable {
  /**
   * How much of a body that is too long is read and thrown away: closing a connection on which data
   * is still coming in can lose the answer.
   */
  private static final int DISCARDED = 4;

  private final int maxBytes;
  private final Duration deadline;
  private final int maxAtOnce;

  /** Those who read, the longest first. */
  private final Queue<Guard> reading = new ArrayDeque<>();

  private final ScheduledExecutorService watch =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("body-deadline").factory());

  /**
   * @param maxBytes longest body that is read
   * @param deadline for a body to arrive, to its last byte
   * @param maxAtOnce how many are read at the same time
   */
  public BodyReader(int maxBytes, Duration deadline, int maxAtOnce) {
    this.maxBytes = maxBytes;
    this.deadline = deadline;
    this.maxAtOnce = maxAtOnce;
  }

  /** Reads any number of bodies at the same time. */
  public BodyReader(int maxBytes, Duration deadline) {
    this(maxBytes, deadline, Integer.MAX_VALUE);
  }

  /**
   * The whole body, empty when there is none, or null when it is longer than allowed: the
   * connection is of no further use then.
   *
   * @throws CloseConnectionException when it did not come, or not in time
   */
  public byte @Nullable [] read(ServerRequest request) {
    if (!request.content().hasEntity()) {
      return new byte[0];
    }
    if (request.headers().contentLength().orElse(0) > (long) DISCARDED * maxBytes) {
      return null;
    }
    var guard = new Guard(Thread.currentThread());
    enter(guard);
    var timer = watch.schedule(guard, deadline.toMillis(), TimeUnit.MILLISECONDS);
    // Not closed: closing would read all of a body that is too long.
    InputStream in = request.content().inputStream();
    try {
      byte[] body = in.readNBytes(maxBytes + 1);
      if (body.length <= maxBytes) {
        return body;
      }
      in.skip((DISCARDED - 1L) * maxBytes);
      return null;
    } catch (IOException | UncheckedIOException e) {
      throw new CloseConnectionException("The body did not arrive", e);
    } finally {
      timer.cancel(false);
      leave(guard);
      if (guard.done()) {
        // Too late to matter, and the thread goes on to the connection's next request.
        Thread.interrupted();
      }
    }
  }

  @Override
  public void close() {
    watch.shutdownNow();
  }

  private void enter(Guard guard) {
    Guard longest = null;
    synchronized (reading) {
      if (reading.size() >= maxAtOnce) {
        longest = reading.remove();
      }
      reading.add(guard);
    }
    if (longest != null) {
      longest.run();
    }
  }

  /** How many bodies are being read. */
  int reading() {
    synchronized (reading) {
      return reading.size();
    }
  }

  private void leave(Guard guard) {
    synchronized (reading) {
      reading.remove(guard);
    }
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
