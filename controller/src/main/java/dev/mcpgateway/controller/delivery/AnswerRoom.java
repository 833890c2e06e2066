package dev.mcpgateway.controller.delivery;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * What answers of brokers may take while they are being read, and the turn to be opened, which one
 * of them has at a time. To wait for either has an end, and is no silence of the broker.
 */
final class AnswerRoom {
  /** Longest time an answer waits for room, and for its turn. */
  static final Duration LIMIT = Duration.ofSeconds(20);

  private final PushBudget budget = new PushBudget();

  /** What an answer is made of for the moment in which it is opened is many times its size. */
  private final Semaphore turn = new Semaphore(1);

  private final Duration limit;

  AnswerRoom() {
    this(LIMIT);
  }

  AnswerRoom(Duration limit) {
    this.limit = limit;
  }

  /**
   * Waits for room for an answer of a broker of a namespace.
   *
   * @param size in KiB, not negative
   */
  PushBudget.Room toRead(String namespace, int size, Silence silence)
      throws DeliveryException, InterruptedException {
    Optional<PushBudget.Room> room;
    try (var _ = silence.excused()) {
      room = budget.take(namespace, size, limit);
    }
    return room.orElseThrow(() -> unread(silence));
  }

  /** Waits for the turn to be opened. */
  PushBudget.Room toOpen(Silence silence) throws DeliveryException, InterruptedException {
    boolean taken;
    try (var _ = silence.excused()) {
      taken = turn.tryAcquire(limit.toNanos(), TimeUnit.NANOSECONDS);
    }
    if (!taken) {
      throw unread(silence);
    }
    return turn::release;
  }

  /** Namespaces that hold room or wait for it. */
  int namespaces() {
    return budget.namespaces();
  }

  private static DeliveryException unread(Silence silence) {
    silence.unread();
    return DeliveryException.because(
        "no room to read the answer: too many others are being read at once");
  }
}
