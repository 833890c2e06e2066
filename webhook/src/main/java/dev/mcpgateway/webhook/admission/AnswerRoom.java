package dev.mcpgateway.webhook.admission;

import io.fabric8.kubernetes.client.http.AsyncBody;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.Interceptor;
import java.io.IOException;
import java.nio.Buffer;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Bounds the bytes of all answers of the API server that are being read, from before they are asked
 * for until facts have been made of them. The client keeps a whole answer in memory, so its bytes
 * are counted as they arrive. Small and large answers have room of their own, so that a few large
 * ones never keep the many small ones waiting.
 */
final class AnswerRoom implements Interceptor {
  /**
   * What is read by whoever asks; a request that is tried again in another thread has the room of a
   * small answer.
   */
  private static final ScopedValue<Reading> READING = ScopedValue.newInstance();

  private final Semaphore small = new Semaphore(ReadLimits.SMALL_ANSWERS, true);
  private final Semaphore large = new Semaphore(ReadLimits.LARGE_ANSWERS, true);

  /**
   * Reads an answer that is probably small.
   *
   * @param read asks the API server in the calling thread, and keeps nothing but facts
   * @return empty when the answer is not small
   * @throws WorldUnavailableException when there is no room until the deadline
   */
  <T> Optional<T> small(Deadline deadline, Supplier<T> read) {
    return within(small, 1, ReadLimits.SMALL_ANSWER, deadline, read);
  }

  /**
   * Reads an answer that may be large.
   *
   * @param bytes that it has at most
   * @param read as above
   * @throws WorldUnavailableException when there is no room until the deadline, or when the answer
   *     is longer
   */
  <T> T large(int bytes, Deadline deadline, Supplier<T> read) {
    return within(large, bytes, bytes, deadline, read)
        .orElseThrow(() ->
            new WorldUnavailableException(
                "What the review depends on is larger than the webhook reads. Make it smaller, or delete it."));
  }

  @Override
  public AsyncBody.Consumer<List<ByteBuffer>> consumer(
      AsyncBody.Consumer<List<ByteBuffer>> consumer, HttpRequest request) {
    return new Counted(
        consumer, READING.isBound() ? READING.get() : new Reading(ReadLimits.SMALL_ANSWER));
  }

  private static <T> Optional<T> within(
      Semaphore room, int share, int limit, Deadline deadline, Supplier<T> read) {
    take(room, share, deadline);
    Reading reading = new Reading(limit);
    try {
      return Optional.of(ScopedValue.where(READING, reading).call(read::get));
    } catch (RuntimeException e) {
      // The client fails in its own words, whatever its answer was cut for.
      if (reading.tooLong()) {
        return Optional.empty();
      }
      throw e;
    } finally {
      // Given up before its end, it must not go on arriving where nobody counts it.
      reading.end();
      room.release(share);
    }
  }

  private static void take(Semaphore room, int share, Deadline deadline) {
    try {
      if (!room.tryAcquire(share, deadline.remaining().toNanos(), TimeUnit.NANOSECONDS)) {
        throw new WorldUnavailableException(
            "The webhook had no room in time for what the review depends on. Try again.");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new WorldUnavailableException("The review has been given up.", e);
    }
  }

  /** How much of one answer has arrived; told by threads of the client. */
  private static final class Reading {
    private final int limit;
    private long bytes;
    private boolean ended;

    Reading(int limit) {
      this.limit = limit;
    }

    /** Whether there is room for more. */
    synchronized boolean takes(long more) {
      bytes += more;
      return !ended && !tooLong();
    }

    synchronized boolean tooLong() {
      return bytes > limit;
    }

    synchronized void end() {
      ended = true;
    }
  }

  /** Passes on what there is room for; the client drops the connection of the rest. */
  private record Counted(AsyncBody.Consumer<List<ByteBuffer>> consumer, Reading reading)
      implements AsyncBody.Consumer<List<ByteBuffer>> {
    @Override
    public void consume(List<ByteBuffer> buffers, AsyncBody body) throws Exception {
      if (!reading.takes(buffers.stream().mapToLong(Buffer::remaining).sum())) {
        throw new IOException("There is no room for the rest of the answer");
      }
      consumer.consume(buffers, body);
    }

    @Override
    public <U> @Nullable U unwrap(Class<U> target) {
      return consumer.unwrap(target);
    }
  }
}
