package dev.mcpgateway.broker.push;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.mcpgateway.broker.api.push.BrokerReport;
import dev.mcpgateway.broker.api.push.InvalidPushException;
import dev.mcpgateway.broker.api.push.PushCodec;
import dev.mcpgateway.broker.api.push.PushReply;
import dev.mcpgateway.broker.api.push.PushRequest;
import dev.mcpgateway.broker.api.push.Sealer;
import dev.mcpgateway.broker.config.ConfigDecision;
import dev.mcpgateway.broker.config.ConfigDecision.Apply;
import dev.mcpgateway.broker.config.ConfigDecision.Older;
import dev.mcpgateway.broker.config.ConfigDecision.Refuse;
import dev.mcpgateway.broker.config.ConfigDecision.Unchanged;
import dev.mcpgateway.broker.config.LiveConfig;
import dev.mcpgateway.broker.push.PushMetrics.Outcome;
import dev.mcpgateway.broker.session.KeyRing;
import dev.mcpgateway.broker.status.JsonText;
import dev.mcpgateway.broker.status.ReportBuilder;
import java.time.Duration;
import java.util.UUID;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** From a sealed request to a sealed reply. */
public final class PushDispatcher {
  private final Supplier<KeyRing> keys;
  private final LiveConfig config;
  private final Reports reports;
  private final BooleanSupplier draining;
  private final PushMetrics metrics;

  /**
   * @param draining whether the process is about to stop: it still applies what is pushed, but
   *     nobody should wait here for reports
   */
  public PushDispatcher(
      Supplier<KeyRing> keys,
      LiveConfig config,
      Reports reports,
      BooleanSupplier draining,
      PushMetrics metrics) {
    this.keys = keys;
    this.config = config;
    this.reports = reports;
    this.draining = draining;
    this.metrics = metrics;
  }

  /**
   * An answer over HTTP.
   *
   * @param outcome for the metrics
   * @param body sealed, absent for answers that say nothing
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Answer(int status, Outcome outcome, byte @Nullable [] body) {
    static Answer empty(int status, Outcome outcome) {
      return new Answer(status, outcome, null);
    }
  }

  /**
   * A request that the controller has sealed.
   *
   * @param by what opened it: the controller may not have another key yet, so it seals the reply
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Opened(Sealer by, UUID exchange, byte[] plain) {}

  /** Tells whether the controller has sent something; null when it was somebody else. */
  @Nullable Opened open(byte[] sealed) {
    for (Sealer sealer : keys.get().push()) {
      byte[] plain = sealer.openRequest(sealed);
      if (plain != null) {
        metrics.opened();
        return new Opened(sealer, Sealer.exchange(sealed), plain);
      }
    }
    return null;
  }

  /** Does what the controller wants; for a report it may take as long as it wants to wait. */
  Answer answer(Opened opened) throws InterruptedException {
    PushRequest request;
    try {
      request = PushCodec.readRequest(opened.plain());
    } catch (InvalidPushException e) {
      return Answer.empty(400, Outcome.INVALID);
    }
    String document = request.document();
    if (document == null && draining.getAsBoolean()) {
      return Answer.empty(503, Outcome.DRAINING);
    }
    PushReply reply =
        document == null ? report(request) : apply(document.getBytes(UTF_8), request.version());
    byte[] body = opened.by().sealReply(opened.exchange(), PushCodec.write(reply));
    return new Answer(
        200, document == null ? Outcome.REPORT : Outcome.valueOf(reply.outcome().name()), body);
  }

  private PushReply report(PushRequest request) throws InterruptedException {
    BrokerReport report =
        reports.await(request.seenRevision(), Duration.ofMillis(request.waitMillis()));
    return new PushReply(PushReply.Outcome.CURRENT, null, report);
  }

  private PushReply apply(byte[] document, long version) {
    ConfigDecision decision = config.offer(document, version);
    BrokerReport report = reports.current();
    return switch (decision) {
      case Apply(var _) -> new PushReply(PushReply.Outcome.APPLIED, null, report);
      case Unchanged() -> new PushReply(PushReply.Outcome.CURRENT, null, report);
      case Older(String reason) -> new PushReply(PushReply.Outcome.OLDER, reason, report);
      case Refuse(String reason) ->
          new PushReply(
              PushReply.Outcome.REFUSED, JsonText.cut(reason, ReportBuilder.MAX_TEXT), report);
    };
  }
}
