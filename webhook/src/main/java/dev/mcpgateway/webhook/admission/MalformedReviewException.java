package dev.mcpgateway.webhook.admission;

/** The body is no AdmissionReview this webhook can read; its message may be shown to anybody. */
final class MalformedReviewException extends Exception {
  MalformedReviewException(String message) {
    super(message);
  }
}
