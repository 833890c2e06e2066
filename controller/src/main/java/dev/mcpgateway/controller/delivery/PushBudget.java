package dev.mcpgateway.controller.delivery;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Heap for what is on its way: configurations, or answers that are being read. A broker that takes
 * the one and never sends the other holds it until the deadline, so every namespace has a share of
 * its own, of which others take nothing, and waits in front of the common room only with as much as
 * its share.
 */
final class PushBudget {
  /** Everything on its way together, in KiB: an eighth of the heap of the chart. */
  static final int ALL = 32 * 1024;

  /** That of one namespace, in KiB: room for the largest. */
  static final int SHARE = ALL / 8;

  /** Most of one namespace at the same time, however small. */
  static final int AT_ONCE = 4;

  /** What a push takes besides its document, in KiB. */
  private static final int CONNECTION = 64;

  /** As JSON and sealed; quotation marks and ends of lines take two bytes. */
  private static final int COPIES = 3;

  private static final Duration FOREVER = Duration.ofNanos(Long.MAX_VALUE);

  // Fair: whoever needs much is not overtaken for ever by those who need little.
  private final Semaphore all = new Semaphore(ALL, true);
  private final Map<String, Share> shares = new ConcurrentHashMap<>();

  /** Held while something is on its way. */
  interface Room extends AutoCloseable {
    @Override
    void close();
  }

  /** Waits for room as long as it takes, which is as long as others have for theirs. */
  Room take(String namespace, int wanted) throws InterruptedException {
    return take(namespace, wanted, FOREVER).orElseThrow();
  }

  /**
   * Waits for room for a broker of a namespace.
   *
   * @param wanted in KiB, not negative; never more than {@link #SHARE} is taken
   * @return empty when there was none for that long
   */
  Optional<Room> take(String namespace, int wanted, Duration atMost) throws InterruptedException {
    long began = System.nanoTime();
    int size = Math.min(wanted, SHARE);
    int ofShare = Math.max(size, SHARE / AT_ONCE);
    Share share = shares.compute(namespace, (n, known) -> Share.joined(known));
    boolean shared = false;
    boolean taken = false;
    try {
      shared = share.left.tryAcquire(ofShare, left(began, atMost), TimeUnit.NANOSECONDS);
      taken = shared && all.tryAcquire(size, left(began, atMost), TimeUnit.NANOSECONDS);
    } finally {
      if (!taken) {
        release(namespace, share, shared ? ofShare : 0);
      }
    }
    return taken
        ? Optional.of(() -> {
          all.release(size);
          release(namespace, share, ofShare);
        })
        : Optional.empty();
  }

  private static long left(long began, Duration atMost) {
    return atMost.toNanos() - (System.nanoTime() - began);
  }

  private void release(String namespace, Share share, int ofShare) {
    share.left.release(ofShare);
    leave(namespace);
  }

  /** Namespaces that hold room or wait for it. */
  int namespaces() {
    return shares.size();
  }

  private void leave(String namespace) {
    shares.computeIfPresent(namespace, (n, share) -> --share.users == 0 ? null : share);
  }

  /** What a push of a document takes, in KiB. */
  static int size(String document) {
    return (int) Math.min(SHARE, CONNECTION + (long) COPIES * document.length() / 1024);
  }

  private static final class Share {
    private final Semaphore left = new Semaphore(SHARE, true);

    /** Who holds some of it or waits for it; changed only while its entry is locked. */
    private int users;

    static Share joined(@Nullable Share known) {
      Share share = known == null ? new Share() : known;
      share.users++;
      return share;
    }
  }
}
