package dev.mcpgateway.controller.delivery;

import dev.mcpgateway.broker.api.push.BrokerReport;
import dev.mcpgateway.broker.api.push.PushRequest;
import dev.mcpgateway.controller.queue.Backoff;
import dev.mcpgateway.controller.queue.Ticker;
import dev.mcpgateway.controller.secrets.StoredConfig;
import java.time.Clock;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
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

  /** And this much more for each KiB of a report. */
  private static final Duration REPORT_GAP_PER_KIB = Duration.ofMillis(2);

  private static final int KIB = 1024;

  private final Replica replica;
  private final Supplier<Wanted> wanted;
  private final Connection connection;
  private final Shared shared;
  private final Semaphore wake = new Semaphore(0);
  private final Thread thread;
  private final Silence silence;
  private final LastState state;
  private final ReportKeeper reports;
  private final Pusher pusher;
  private @Nullable Exchange awaited;
  private int failures;

  /**
   * What all loops have in common.
   *
   * @param pushes bounds what configurations on their way take at the same time
   * @param reports bounds what is kept of reports
   * @param changed told about every change of a state; must not block
   */
  record Shared(
      PushBudget pushes,
      ReportBudget reports,
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
    this.silence = new Silence(shared.ticker());
    this.state = new LastState(replica, shared.changed());
    this.reports = new ReportKeeper(wanted, state, shared.reports().join(replica.namespace()));
    this.pusher = new Pusher(replica, wanted, connection, shared, silence, reports::keep);
    this.thread = Thread.ofVirtual().name("deliver-" + replica.pod()).unstarted(this::run);
  }

  void start() {
    thread.start();
  }

  Replica replica() {
    return replica;
  }

  ReplicaState state() {
    return state.now();
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
    } finally {
      giveUpWaiting();
      reports.close();
    }
  }

  private void step() throws DeliveryException, InterruptedException {
    Wanted now = wanted.get();
    StoredConfig config = now.config();
    if (config != null && isBehind(now)) {
      // An answer on its way may be older than the one to this push.
      giveUpWaiting();
      Optional<Exchange.Received> received = pusher.push(config, now);
      if (received.isPresent()) {
        accept(received.get());
      }
      return;
    }
    if (reports.outdatedBy(now)) {
      giveUpWaiting();
    }
    if (awaited == null) {
      awaited = connection.send(reportRequest(), now.keysVersion());
      awaited.whenHere(this::wake);
    }
    awaitNews();
    if (awaited.here()) {
      Exchange answered = awaited;
      awaited = null;
      report(answered);
    }
  }

  /** Until there may be something to do; an answer that does not come is noticed in time. */
  private void awaitNews() throws InterruptedException {
    if (state.now().silent()) {
      wake.acquire();
    } else if (!wake.tryAcquire(silence.left().toNanos(), TimeUnit.NANOSECONDS)) {
      String error = Objects.requireNonNullElse(state.now().error(), "timed out");
      state.become(state.report(), error, true);
    }
    wake.drainPermits();
  }

  private void report(Exchange answered) throws DeliveryException, InterruptedException {
    Exchange.Received received;
    try {
      received = connection.receive(answered, silence, reports::keep);
    } catch (DeliveryException e) {
      if (e.isUnauthorized() && connection.tryNextKey()) {
        return;
      }
      throw e;
    }
    accept(received);
  }

  private PushRequest reportRequest() {
    BrokerReport seen = state.report();
    // After a failure at once: whether it is over shall not wait for the next change.
    return seen == null || reports.outdated() || failures > 0
        ? PushRequest.report("", Duration.ZERO)
        : PushRequest.report(seen.revision(), PushRequest.MAX_WAIT);
  }

  private boolean isBehind(Wanted now) {
    return pusher.isBehind(state.report(), now);
  }

  private void giveUpWaiting() {
    if (awaited != null) {
      awaited.cancel();
      awaited = null;
    }
  }

  private void accept(Exchange.Received received) throws InterruptedException {
    failures = 0;
    reports.accepted();
    silence.broken();
    BrokerReport report = received.reply().report();
    state.become(report, pusher.refusal(report, wanted.get()), false);
    Duration gap = REPORT_GAP.plus(REPORT_GAP_PER_KIB.multipliedBy(received.bytes() / KIB));
    pause(gap, () -> isBehind(wanted.get()));
  }

  private void failed(String reason) throws InterruptedException {
    failures++;
    giveUpWaiting();
    reports.rejected();
    if (!reason.equals(state.now().error())) {
      log.atWarn()
          .addKeyValue("namespace", replica.namespace())
          .addKeyValue("pod", replica.pod())
          .addKeyValue("reason", reason)
          .log("Broker not reached or not configured, trying again");
    }
    state.become(state.report(), reason, silence.left().isZero());
    Wanted then = wanted.get();
    pause(shared.backoff().after(failures), () -> !wanted.get().equals(then));
  }

  /** Waits until the time is over or there is a reason to go on. */
  private void pause(Duration atMost, BooleanSupplier reason) throws InterruptedException {
    long deadline = shared.ticker().nanos() + atMost.toNanos();
    boolean over = false;
    while (!over && !reason.getAsBoolean()) {
      over = !wake.tryAcquire(deadline - shared.ticker().nanos(), TimeUnit.NANOSECONDS);
    }
  }
}
