package dev.mcpgateway.webhook.admission;

import io.helidon.http.Status;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * One review from its first byte to its one line in the audit log, whatever becomes of it. Told
 * before the answer is sent.
 */
final class Attempt {
  private final AdmissionMetrics metrics;
  private final long start = System.nanoTime();
  private @Nullable AdmissionRequest request;
  private boolean told;

  Attempt(AdmissionMetrics metrics) {
    this.metrics = metrics;
  }

  /** It has been read, so that a failure can say whose it was. */
  void concerns(AdmissionRequest read) {
    request = read;
  }

  void decided(AdmissionRequest judged, AdmissionDecision decision) {
    told = true;
    Duration took = took();
    AuditLog.decided(judged, decision, took);
    metrics.answered(judged, decision, took);
  }

  /**
   * There is no decision; the failure policy of the configuration decides. Nothing is told when
   * there was one, and only its answer could not be sent.
   *
   * @param reason a constant, for logs and metrics
   */
  void failed(Status status, String reason) {
    if (told) {
      return;
    }
    told = true;
    Duration took = took();
    AuditLog.failed(request, status.code(), reason, took);
    metrics.undecided(request, reason, took);
  }

  /** Whether its line has been written. */
  boolean told() {
    return told;
  }

  private Duration took() {
    return Duration.ofNanos(System.nanoTime() - start);
  }
}
