package dev.mcpgateway.webhook.admission;

import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One line per decision: who wanted what and which rule answered; never the object itself. */
final class AuditLog {
  private static final Logger log = LoggerFactory.getLogger("audit");

  private AuditLog() {}

  static void decided(AdmissionRequest request, AdmissionDecision decision, Duration took) {
    log.atInfo()
        .addKeyValue("uid", request.uid())
        .addKeyValue("user", request.user())
        .addKeyValue("operation", request.operation())
        .addKeyValue("group", request.group())
        .addKeyValue("kind", request.kind())
        .addKeyValue("object", request.object())
        .addKeyValue("dryRun", request.dryRun())
        .addKeyValue("verdict", decision.allowed() ? "allowed" : "denied")
        .addKeyValue("rule", decision.rule())
        .addKeyValue("micros", took.toNanos() / 1_000)
        .log("Review answered");
  }
}
