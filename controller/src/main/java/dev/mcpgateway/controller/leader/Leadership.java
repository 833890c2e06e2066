package dev.mcpgateway.controller.leader;

import dev.mcpgateway.controller.queue.Ticker;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.extended.leaderelection.LeaderCallbacks;
import io.fabric8.kubernetes.client.extended.leaderelection.LeaderElectionConfigBuilder;
import io.fabric8.kubernetes.client.extended.leaderelection.LeaderElector;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Competes for a Lease. Of several controllers one acts; the others keep their caches warm. Losing
 * the lease cannot be survived: {@code lost} has to end the process. Writes that are on their way
 * at that moment are fenced by their resourceVersion, and statuses by {@link #held}.
 */
public final class Leadership implements AutoCloseable {
  /** How long others respect a lease that is not renewed. */
  public static final Duration LEASE = Duration.ofSeconds(15);

  /** How long the holder tries to renew before it gives up. */
  public static final Duration RENEW = Duration.ofSeconds(10);

  /** Time between two attempts. */
  public static final Duration RETRY = Duration.ofSeconds(2);

  private static final Logger log = LoggerFactory.getLogger(Leadership.class);

  /** Attempts to give the lease back; what stands in the way is an answer that got lost. */
  private static final int RELEASES = 3;

  /** Between two looks at whether the lease is held for the first time. */
  private static final Duration FIRST_LOOK = Duration.ofMillis(20);

  /** Between two looks at whether the lease is still held. */
  private static final Duration LOOK = Duration.ofSeconds(1);

  private final ObservedLeaseLock lock;
  private final LeaderElector elector;
  private final String identity;
  private final Runnable lost;
  private final AtomicBoolean told = new AtomicBoolean();
  private volatile boolean leading;
  private volatile boolean closing;
  private @Nullable CompletableFuture<?> running;

  /**
   * @param client with a request timeout well below {@link #RENEW} and without retries
   * @param identity of this process, unique
   * @param gained called once when this process becomes the leader; must return at once
   * @param lost called once when it is not the leader any more, unless it was closed
   * @param ticker tells how long a lease lasts; wall clocks have no part in it
   */
  public Leadership(
      KubernetesClient client,
      String namespace,
      String lease,
      String identity,
      Runnable gained,
      Runnable lost,
      Ticker ticker) {
    this.identity = identity;
    this.lost = lost;
    Executor executor = task -> Thread.ofVirtual().name("leader").start(task);
    this.lock = new ObservedLeaseLock(namespace, lease, identity, LEASE, ticker);
    this.elector =
        new LeaderElector(
            client,
            new LeaderElectionConfigBuilder()
                .withName(lease)
                .withLock(lock)
                .withLeaseDuration(LEASE)
                .withRenewDeadline(RENEW)
                .withRetryPeriod(RETRY)
                .withReleaseOnCancel(true)
                .withLeaderCallbacks(
                    new LeaderCallbacks(
                        () -> Thread.ofVirtual().name("lease").start(() -> lead(gained)),
                        this::stopped,
                        leader -> log.atInfo().addKeyValue("leader", leader).log("Leader seen")))
                .build(),
            executor);
  }

  /**
   * From the first renewal to the end of the lease. A lease that still names this candidate, from
   * before its process was started again, is called its own before it is renewed. And the elector
   * gives up when its wall clock says so; when that is set back, or a request never ends, it would
   * not, and others have taken the lease by then.
   */
  private void lead(Runnable gained) {
    try {
      while (!lock.held()) {
        if (closing || told.get()) {
          return;
        }
        Thread.sleep(FIRST_LOOK);
      }
      leading = true;
      log.atInfo().addKeyValue("identity", identity).log("Leading");
      gained.run();
      while (lock.held()) {
        Thread.sleep(LOOK);
      }
    } catch (InterruptedException e) {
      return;
    }
    stopped();
  }

  private void stopped() {
    leading = false;
    if (!closing && told.compareAndSet(false, true)) {
      log.atError().addKeyValue("identity", identity).log("Lease lost");
      lost.run();
    }
  }

  /** Starts competing and returns at once. */
  public synchronized void start() {
    running = elector.start();
  }

  public boolean leading() {
    return leading;
  }

  /**
   * Whether it leads, or competes. An elector that something has ended without a word would leave a
   * standby that never leads.
   */
  public synchronized boolean alive() {
    return running == null || closing || !running.isDone();
  }

  /**
   * Whether nobody else can lead now. A process that was stopped for a while has lost its lease
   * before it is told.
   */
  public boolean held() {
    return leading && lock.held();
  }

  /** Stops competing and gives the lease back, so that a successor need not wait for it to end. */
  @Override
  public synchronized void close() {
    closing = true;
    lock.retire();
    if (running != null) {
      running.cancel(true);
      release();
    }
  }

  /**
   * The elector gives the lease back once and goes on when that fails; a successor would then wait
   * for the lease to end. Does nothing when it is not held any more.
   */
  private void release() {
    for (int attempt = 1; attempt <= RELEASES; attempt++) {
      try {
        var _ = elector.release();
        return;
      } catch (KubernetesClientException e) {
        log.atWarn()
            .addKeyValue("attempt", attempt)
            .addKeyValue("error", String.valueOf(e.getMessage()))
            .log("Lease could not be given back");
      }
    }
  }
}
