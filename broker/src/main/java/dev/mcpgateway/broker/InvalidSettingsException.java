package dev.mcpgateway.broker;

/** A setting is missing or wrong; the message names it and says what to do. */
final class InvalidSettingsException extends RuntimeException {
  InvalidSettingsException(String message) {
    super(message);
  }
}
