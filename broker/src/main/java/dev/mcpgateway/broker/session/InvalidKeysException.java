package dev.mcpgateway.broker.session;

/** The instance's keys cannot be used; the message names the file and what it must hold. */
public final class InvalidKeysException extends RuntimeException {
  InvalidKeysException(String message) {
    super(message);
  }
}
