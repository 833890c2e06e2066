package dev.mcpgateway.webhook;

/** A setting is missing or cannot be used; the message names its key and the remedy. */
final class InvalidSettingsException extends RuntimeException {
  InvalidSettingsException(String message) {
    super(message);
  }
}
