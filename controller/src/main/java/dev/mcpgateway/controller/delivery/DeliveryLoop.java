package dev.mcpgateway.controller.delivery;

import dev.mcpgateway.broker.api.push.BrokerReport;
import dev.mcpgateway.broker.api.push.PushReply;
import dev.mcpgateway.broker.api.push.PushRequest;
import dev.mcpgateway.controller.queue.Backoff;
import dev.mcpgateway.controller.queue.Ticker;
import dev.mcpgateway.controller.secrets.StoredConfig;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps one broker at what is stored: pushes when it is behind, else waits for its next report.
 * What is stored is only read here, so whatever happens to a push, the Secret is the truth.
 */
final class DeliveryLoop implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(DeliveryLoop.class);

  /** Shortest time between two reports: a broker that changes without end costs little. */
  private static final Duration REPORT_GAP = Duration.ofMillis(100);

  private final Replica replica;
  private final Supplier<Wanted> wanted;
  private final Connection connection;
  private final Shared shared;
  private final Instant started;
  private final Semaphore wake = new Semaphore(0);
  private final Thread thread;
  private final Silence silence;
  private volatile ReplicaState state;
  private @Nullable CompletableFuture<PushReply> awaited;
  private int failures;

  /**
   * What all loops have in common.
   *
   * @param budget bounds what configurations on their way take at the same time
   * @param changed told about every change of a state; must not block
   */
  record Shared(
      PushBudget budget,
      Backoff backoff,
      DeliveryMetrics metrics,
      Clock clock,
      Ticker ticker,
      Runnable changed) {}

  DeliveryLoop(Replica replica, Supplier<Wanted> wanted, Connection connection, Shared shared) {
    this.replica = replica;
    this.wanted = wanted;
    this.connection = connection;
    this.shared = shared;
    this.started = shared.clock().instant();
    this.state = new ReplicaState(replica.pod(), replica.uid(), null, null, false);
    this.silence = new Silence(shared.ticker());
    this.thread = Thread.ofVirtual().name("deliver-" + replica.pod()).unstarted(this::run);
  }

  void start() {
    thread.start();
  }

  Replica replica() {
    return replica;
  }

  ReplicaState state() {
    return state;
  }

  /** What is wanted may have changed; returns at once. */
  void wake() {
    wake.release();
  }

  @Override
  public void close() {
    thread.interrupt();
  }

  private void run() {
    try {
      while (true) {
        try {
          step();
        } catch (DeliveryException e) {
          failed(e.reason());
        } catch (RuntimeException e) {
          // The edge of this thread: whatever one exchange stumbled over, the next one follows.
          log.atError().setCause(e).addKeyValue("pod", replica.pod()).log("Delivery failed");
          failed("a fault of the controller, see its log");
        }
      }
    } catch (InterruptedException e) {
      // Closed.
    }
  }

  private void step() throws DeliveryException, InterruptedException {
    Wanted now = wanted.get();
    StoredConfig config = now.config();
    if (config != null && isBehind(now)) {
      push(config, now);
      return;
    }
    if (awaited == null) {
      awaited = connection.send(reportRequest(), now.keysVersion());
      var _ = awaited.whenComplete((reply, failure) -> wake());
    }
    wake.acquire();
    wake.drainPermits();
    if (awaited.isDone()) {
      CompletableFuture<PushReply> answer = awaited;
      awaited = null;
      report(answer);
    }
  }

  private void report(CompletableFuture<PushReply> answer)
      throws DeliveryException, InterruptedException {
    try {
      accept(Connection.await(answer).report());
    } catch (DeliveryException e) {
      if (e.isUnauthorized() && connection.tryNextKey()) {
        return;
      }
      throw e;
    }
    pause(REPORT_GAP, () -> isBehind(wanted.get()));
  }

  private PushRequest reportRequest() {
    BrokerReport seen = state.report();
    // After a failure at once: whether it is over shall not wait for the next change.
    return seen == null || state.error() != null
        ? PushRequest.report("", Duration.ZERO)
        : PushRequest.report(seen.revision(), PushRequest.MAX_WAIT);
  }

  private boolean isBehind(Wanted now) {
    BrokerReport report = state.report();
    return report != null && report.version() < now.version();
  }

  private void push(StoredConfig config, Wanted now)
      throws DeliveryException, InterruptedException {
    // An answer on its way may be older than the one to this push.
    awaited = null;
    PushReply reply;
    try (var _ = shared.budget().take(replica.namespace(), config.document())) {
      if (!wanted.get().equals(now)) {
        // While it waited for room, something else was stored.
        return;
      }
      reply =
          connection.exchange(
              new PushRequest(config.version(), config.document(), "", 0), now.keysVersion());
    } catch (DeliveryException e) {
      shared.metrics().pushed(e.isUnauthorized() ? "unauthorized" : "failed");
      throw e;
    }
    shared.metrics().pushed(reply.outcome().name().toLowerCase(Locale.ROOT));
    switch (reply.outcome()) {
      case APPLIED, CURRENT -> {
        acknowledged(config);
        accept(reply.report());
      }
      case OLDER -> accept(reply.report());
      case REFUSED -> {
        silence.broken();
        become(reply.report(), state.error(), false);
        throw DeliveryException.because("refuses the configuration: " + reply.error());
      }
    }
  }

  private void acknowledged(StoredConfig config) {
    // A version is the time at which it was written (decision 21). A broker that came later was
    // not waited for.
    Instant written = Instant.ofEpochMilli(config.version());
    Instant now = shared.clock().instant();
    if (written.isAfter(started) && !now.isBefore(written)) {
      shared.metrics().propagated(Duration.between(written, now));
    }
    log.atInfo()
        .addKeyValue("namespace", replica.namespace())
        .addKeyValue("pod", replica.pod())
        .addKeyValue("version", config.version())
        .log("Configuration acknowledged");
  }

  private void accept(BrokerReport report) {
    failures = 0;
    silence.broken();
    become(report, null, false);
  }

  private void failed(String reason) throws InterruptedException {
    failures++;
    awaited = null;
    if (!reason.equals(state.error())) {
      log.atWarn()
          .addKeyValue("namespace", replica.namespace())
          .addKeyValue("pod", replica.pod())
          .addKeyValue("reason", reason)
          .log("Broker not reached or not configured, trying again");
    }
    become(state.report(), reason, silence.lasts());
    Wanted then = wanted.get();
    pause(shared.backoff().after(failures), () -> !wanted.get().equals(then));
  }

  /** The same revision is the same report, whenever it was made. */
  private void become(@Nullable BrokerReport report, @Nullable String error, boolean silent) {
    ReplicaState before = state;
    BrokerReport known = before.report();
    if (known != null && report != null && known.revision().equals(report.revision())) {
      report = known;
    }
    ReplicaState after = new ReplicaState(before.pod(), before.podUid(), report, error, silent);
    if (!after.equals(before)) {
      state = after;
      shared.changed().run();
    }
  }

  /** Waits until the time is over or there is a reason to go on. */
  private void pause(Duration atMost, BooleanSupplier reason) throws InterruptedException {
    long deadline = System.nanoTime() + atMost.toNanos();
    boolean over = false;
    while (!over && !reason.getAsBoolean()) {
      over = !wake.tryAcquire(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
    }
  }
}
