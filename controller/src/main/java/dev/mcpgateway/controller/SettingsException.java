package dev.mcpgateway.controller;

/** A setting that is missing or cannot be used; the message names it and says what to do. */
final class SettingsException extends RuntimeException {
  SettingsException(String message) {
    super(message);
  }
}
