package dev.mcpgateway.webhook.admission;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.spi.LoggingEventBuilder;

/** One line per review: who wanted what and which rule answered; never the object itself. */
final class AuditLog {
  private static final Logger log = LoggerFactory.getLogger("audit");

  private AuditLog() {}

  static void decided(AdmissionRequest request, AdmissionDecision decision, Duration took) {
    about(log.atInfo(), request)
        .addKeyValue("verdict", decision.allowed() ? "allowed" : "denied")
        .addKeyValue("rule", decision.rule())
        .addKeyValue("micros", micros(took))
        .log("Review answered");
  }

  /**
   * A review without a decision.
   *
   * @param request null when it was not read
   */
  static void failed(@Nullable AdmissionRequest request, int status, String reason, Duration took) {
    (request == null ? log.atWarn() : about(log.atWarn(), request))
        .addKeyValue("verdict", "failed")
        .addKeyValue("rule", reason)
        .addKeyValue("status", status)
        .addKeyValue("micros", micros(took))
        .log("Review failed");
  }

  private static LoggingEventBuilder about(LoggingEventBuilder line, AdmissionRequest request) {
    return line.addKeyValue("uid", request.uid())
        .addKeyValue("user", request.user())
        .addKeyValue("operation", request.operation())
        .addKeyValue("group", request.group())
        .addKeyValue("kind", request.kind())
        .addKeyValue("object", request.object())
        .addKeyValue("dryRun", request.dryRun());
  }

  private static long micros(Duration took) {
    return took.toNanos() / 1_000;
  }
}
