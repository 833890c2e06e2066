package dev.mcpgateway.broker.api.push;

/** What was opened is no request or reply; the message quotes nothing of it. */
public final class InvalidPushException extends RuntimeException {
  InvalidPushException(String message) {
    super(message);
  }
}
