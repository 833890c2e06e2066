package dev.mcpgateway.webhook.admission;

import io.helidon.http.Status;

/** A request that is refused before it is a review; message and status are the answer. */
final class RefusedException extends Exception {
  private final transient Status status;
  private final boolean readOn;

  /**
   * A refusal.
   *
   * @param readOn whether the connection can carry another request: not when a body was left unread
   */
  RefusedException(Status status, String message, boolean readOn) {
    super(message);
    this.status = status;
    this.readOn = readOn;
  }

  Status status() {
    return status;
  }

  boolean readOn() {
    return readOn;
  }
}
