package dev.mcpgateway.broker.api.config;

/**
 * A configuration document that cannot be used; the message names the field and what it must be.
 */
public final class InvalidConfigException extends RuntimeException {
  public InvalidConfigException(String message) {
    super(message);
  }
}
