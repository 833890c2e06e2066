package dev.mcpgateway.controller.delivery;

import dev.mcpgateway.broker.api.push.BrokerReport;
import dev.mcpgateway.broker.api.push.PushReply;
import dev.mcpgateway.broker.api.push.PushRequest;
import dev.mcpgateway.controller.secrets.StoredConfig;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Gives one broker what is stored, and remembers what it refuses. Used by one thread. */
final class Pusher {
  private static final Logger log = LoggerFactory.getLogger(Pusher.class);

  private final Replica replica;
  private final Supplier<Wanted> wanted;
  private final Connection connection;
  private final DeliveryLoop.Shared shared;
  private final Silence silence;
  private final UnaryOperator<BrokerReport> keep;
  private final Instant started;
  private @Nullable Refusal refusal;

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

  /**
   * @param silence the broker's
   * @param keep what to keep of a report
   */
  Pusher(
      Replica replica,
      Supplier<Wanted> wanted,
      Connection connection,
      DeliveryLoop.Shared shared,
      Silence silence,
      UnaryOperator<BrokerReport> keep) {
    this.replica = replica;
    this.wanted = wanted;
    this.connection = connection;
    this.shared = shared;
    this.silence = silence;
    this.keep = keep;
    this.started = shared.clock().instant();
  }

  /**
   * Whether a broker with this report is to be given what is stored. One that refuses it is not: it
   * may have it from its file, and will be given the next one.
   */
  boolean isBehind(@Nullable BrokerReport report, Wanted now) {
    return report != null && report.version() < now.version() && !refuses(now);
  }

  /** Why a broker with this report does not run what is stored, null when that is not its doing. */
  @Nullable String refusal(BrokerReport report, Wanted now) {
    return refusal != null && refusal.of(now) && report.version() < now.version()
        ? refusal.why()
        : null;
  }

  /**
   * Pushes a configuration.
   *
   * @return the answer; empty when something else was stored before there was room to push it
   */
  Optional<Exchange.Received> push(StoredConfig config, Wanted now)
      throws DeliveryException, InterruptedException {
    Exchange.Received received;
    try (var _ = room(config)) {
      if (!wanted.get().equals(now)) {
        return Optional.empty();
      }
      received =
          connection.exchange(
              new PushRequest(config.version(), config.document(), "", 0),
              now.keysVersion(),
              silence,
              keep);
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
    return Optional.of(received);
  }

  private PushBudget.Room room(StoredConfig config) throws InterruptedException {
    try (var _ = silence.excused()) {
      return shared.pushes().take(replica.namespace(), PushBudget.size(config.document()));
    }
  }

  private boolean refuses(Wanted now) {
    return refusal != null && refusal.of(now);
  }

  /** Who says so and reports less would be given the same again at once, and without end. */
  private static void requireTaken(StoredConfig config, BrokerReport report)
      throws DeliveryException {
    if (report.version() < config.version()) {
      throw DeliveryException.because(
          "was given version %d and reports %d".formatted(config.version(), report.version()));
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
}
