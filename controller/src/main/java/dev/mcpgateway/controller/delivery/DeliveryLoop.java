package dev.mcpgateway.controller.delivery;

import static java.util.stream.Collectors.toMap;

import dev.mcpgateway.broker.api.push.BrokerReport;
import dev.mcpgateway.broker.api.push.PushReply;
import dev.mcpgateway.broker.api.push.PushRequest;
import dev.mcpgateway.broker.api.push.ServerReport;
import dev.mcpgateway.controller.queue.Backoff;
import dev.mcpgateway.controller.queue.Ticker;
import dev.mcpgateway.controller.secrets.StoredConfig;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
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

  /** In the place of a hash where nothing is stored. */
  private static final String NOTHING = "nothing";

  private final Replica replica;
  private final Supplier<Wanted> wanted;
  private final Connection connection;
  private final Shared shared;
  private final Instant started;
  private final Semaphore wake = new Semaphore(0);
  private final Thread thread;
  private final Silence silence;
  private volatile ReplicaState state;
  private final ReportBudget.Share reports;
  private @Nullable Exchange awaited;
  private @Nullable Refusal refusal;

  /** The stored configuration a report was cut down to, empty when there was nothing to cut. */
  private String cutTo = "";

  /** The report has been cut down to what is not stored any more. */
  private boolean outdated;

  private int failures;

  /** Bytes of the report that is kept, and of the one opened last. */
  private int held;

  private int opened;

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

  /**
   * A configuration the broker has said it cannot use. It will not come to like it.
   *
   * @param why for people
   */
  private record Refusal(long version, String hash, String why) {
    boolean of(Wanted wanted) {
      StoredConfig config = wanted.config();
      return config != null && config.version() == version && config.hash().equals(hash);
    }
  }

  DeliveryLoop(Replica replica, Supplier<Wanted> wanted, Connection connection, Shared shared) {
    this.replica = replica;
    this.wanted = wanted;
    this.connection = connection;
    this.shared = shared;
    this.started = shared.clock().instant();
    this.state = new ReplicaState(replica.pod(), replica.uid(), null, null, false);
    this.silence = new Silence(shared.ticker());
    this.reports = shared.reports().join(replica.namespace());
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
    } finally {
      giveUpWaiting();
      reports.close();
    }
  }

  private void step() throws DeliveryException, InterruptedException {
    Wanted now = wanted.get();
    StoredConfig config = now.config();
    if (config != null && isBehind(now)) {
      push(config, now);
      return;
    }
    if (!cutTo.isEmpty() && !cutTo.equals(hash(now))) {
      cutTo = "";
      outdated = true;
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
    if (state.silent()) {
      wake.acquire();
    } else if (!wake.tryAcquire(silence.left().toNanos(), TimeUnit.NANOSECONDS)) {
      become(state.report(), Objects.requireNonNullElse(state.error(), "timed out"), true);
    }
    wake.drainPermits();
  }

  private void report(Exchange answered) throws DeliveryException, InterruptedException {
    Exchange.Received received;
    try {
      received = connection.receive(answered, silence, this::kept);
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
    return seen == null || outdated || failures > 0
        ? PushRequest.report("", Duration.ZERO)
        : PushRequest.report(seen.revision(), PushRequest.MAX_WAIT);
  }

  private boolean isBehind(Wanted now) {
    BrokerReport report = state.report();
    return report != null && report.version() < now.version() && !refuses(now);
  }

  private boolean refuses(Wanted now) {
    return refusal != null && refusal.of(now);
  }

  private void push(StoredConfig config, Wanted now)
      throws DeliveryException, InterruptedException {
    // An answer on its way may be older than the one to this push.
    giveUpWaiting();
    Exchange.Received received;
    try (var _ = room(config)) {
      if (!wanted.get().equals(now)) {
        // While it waited for room, something else was stored.
        return;
      }
      received =
          connection.exchange(
              new PushRequest(config.version(), config.document(), "", 0),
              now.keysVersion(),
              silence,
              this::kept);
    } catch (DeliveryException e) {
      shared.metrics().pushed(e.isUnauthorized() ? "unauthorized" : "failed");
      throw e;
    }
    PushReply reply = received.reply();
    shared.metrics().pushed(reply.outcome().name().toLowerCase(Locale.ROOT));
    switch (reply.outcome()) {
      case APPLIED, CURRENT -> {
        requireTaken(config, reply.report());
        acknowledged(config);
      }
      case OLDER -> requireTaken(config, reply.report());
      case REFUSED -> refused(config, reply);
    }
    accept(received);
  }

  private PushBudget.Room room(StoredConfig config) throws InterruptedException {
    try (var _ = silence.excused()) {
      return shared.pushes().take(replica.namespace(), PushBudget.size(config.document()));
    }
  }

  /** Who says so and reports less would be given the same again at once, and without end. */
  private static void requireTaken(StoredConfig config, BrokerReport report)
      throws DeliveryException {
    if (report.version() < config.version()) {
      throw DeliveryException.because(
          "was given version %d and reports %d".formatted(config.version(), report.version()));
    }
  }

  private void giveUpWaiting() {
    if (awaited != null) {
      awaited.cancel();
      awaited = null;
    }
  }

  private void refused(StoredConfig config, PushReply reply) {
    refusal =
        new Refusal(config.version(), config.hash(), "refuses the configuration: " + reply.error());
    log.atWarn()
        .addKeyValue("namespace", replica.namespace())
        .addKeyValue("pod", replica.pod())
        .addKeyValue("version", config.version())
        .addKeyValue("reason", reply.error())
        .log("Configuration refused, waiting for another one");
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

  private void accept(Exchange.Received received) throws InterruptedException {
    failures = 0;
    outdated = false;
    held = opened;
    silence.broken();
    BrokerReport report = received.reply().report();
    Wanted now = wanted.get();
    // It may have it from its file although it would not take it from here.
    boolean refuses = refuses(now) && report.version() < now.version();
    become(report, refuses && refusal != null ? refusal.why() : null, false);
    Duration gap = REPORT_GAP.plus(REPORT_GAP_PER_KIB.multipliedBy(received.bytes() / KIB));
    pause(gap, () -> isBehind(wanted.get()));
  }

  /**
   * What is kept of a report; called for one at a time. Servers it is about and that are not stored
   * may be a moment later: then it has to be asked for again.
   */
  private BrokerReport kept(BrokerReport report) {
    Wanted now = wanted.get();
    KeptReportBuilder.Kept kept = KeptReportBuilder.keep(report, names(now), reports.room());
    opened = kept.bytes();
    reports.hold(opened);
    cutTo = kept.strangers() ? hash(now) : "";
    return kept.report();
  }

  /**
   * While nothing is stored, those that were stored before: somebody has deleted the Secret, which
   * the broker does not notice, and what it runs will be stored again.
   */
  private Map<String, String> names(Wanted now) {
    BrokerReport known = state.report();
    return now.config() != null || known == null
        ? now.names()
        : known.servers().stream()
            .map(ServerReport::name)
            .collect(toMap(name -> name, name -> name, (name, again) -> name));
  }

  private static String hash(Wanted now) {
    return now.config() == null ? NOTHING : now.config().hash();
  }

  private void failed(String reason) throws InterruptedException {
    failures++;
    giveUpWaiting();
    if (opened != held) {
      // The report it came with was not accepted: the one before is still kept.
      opened = held;
      reports.hold(held);
    }
    if (!reason.equals(state.error())) {
      log.atWarn()
          .addKeyValue("namespace", replica.namespace())
          .addKeyValue("pod", replica.pod())
          .addKeyValue("reason", reason)
          .log("Broker not reached or not configured, trying again");
    }
    become(state.report(), reason, silence.left().isZero());
    Wanted then = wanted.get();
    pause(shared.backoff().after(failures), () -> !wanted.get().equals(then));
  }

  /** A report that only was made later is the same. */
  private void become(@Nullable BrokerReport report, @Nullable String error, boolean silent) {
    ReplicaState before = state;
    BrokerReport known = before.report();
    if (known != null && report != null && known.equals(at(report, known.at()))) {
      report = known;
    }
    ReplicaState after = new ReplicaState(before.pod(), before.podUid(), report, error, silent);
    if (!after.equals(before)) {
      state = after;
      shared.changed().run();
    }
  }

  private static BrokerReport at(BrokerReport report, Instant at) {
    return report.stamped(report.revision(), at);
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
