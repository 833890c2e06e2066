package dev.mcpgateway.webhook.admission;

import io.helidon.http.Status;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Bounds the decisions made at the same time for each namespace, so that one whose reviews take
 * long, because of what it has made, does not keep the others waiting. What waits for a place
 * occupies room for reviews (see {@link ByteBudget}), so that is bounded as well.
 */
final class NamespacePlaces {
  private final int each;
  private final int bytesEach;
  private final Map<String, Queue> queues = new ConcurrentHashMap<>();

  /**
   * Places for any number of namespaces.
   *
   * @param each how many decisions of one namespace are made at the same time
   * @param bytesEach how long all of its reviews together may be before further ones are not even
   *     waited for
   */
  NamespacePlaces(int each, int bytesEach) {
    this.each = each;
    this.bytesEach = bytesEach;
  }

  /**
   * Takes a place, waiting for it in the order of arrival within the namespace.
   *
   * @param bytes length of the review
   * @throws RefusedException when there is none until the deadline, or too much waits already
   */
  Place take(String namespace, int bytes, Deadline deadline)
      throws InterruptedException, RefusedException {
    Semaphore places = enter(namespace, bytes);
    boolean taken = false;
    try {
      taken = places.tryAcquire(deadline.remaining().toNanos(), TimeUnit.NANOSECONDS);
    } finally {
      if (!taken) {
        leave(namespace, bytes);
      }
    }
    if (!taken) {
      throw tooMany(namespace);
    }
    return () -> {
      places.release();
      leave(namespace, bytes);
    };
  }

  /** Namespaces that have or wait for a place. */
  int namespaces() {
    return queues.size();
  }

  private Semaphore enter(String namespace, int bytes) throws RefusedException {
    Queue joined =
        queues.compute(
            namespace,
            (_, queue) -> {
              Queue present =
                  queue == null ? new Queue(new Semaphore(each, true), 0, 0, true) : queue;
              boolean fits = present.members() < each || present.bytes() + bytes <= bytesEach;
              return fits ? present.with(1, bytes) : present.refusing();
            });
    if (!joined.open()) {
      throw tooMany(namespace);
    }
    return joined.places();
  }

  private void leave(String namespace, int bytes) {
    queues.computeIfPresent(
        namespace, (_, queue) -> queue.members() == 1 ? null : queue.with(-1, -bytes));
  }

  private static RefusedException tooMany(String namespace) {
    return new RefusedException(
        Status.SERVICE_UNAVAILABLE_503,
        "The webhook has too many reviews of namespace %s at once.".formatted(namespace),
        true);
  }

  /** One decision may be made; closed once. */
  interface Place extends AutoCloseable {
    @Override
    void close();
  }

  /**
   * Reviews of one namespace that have or wait for a place.
   *
   * @param bytes length of all of them
   * @param open whether the last one that came has been let in
   */
  private record Queue(Semaphore places, int members, long bytes, boolean open) {
    Queue with(int moreMembers, int moreBytes) {
      return new Queue(places, members + moreMembers, bytes + moreBytes, true);
    }

    Queue refusing() {
      return new Queue(places, members, bytes, false);
    }
  }
}
