package dev.mcpgateway.local.node;

/**
 * A container cannot be started with what its specification says; the message is for the pod's
 * status.
 */
final class ConfigException extends Exception {
  ConfigException(String message) {
    super(message);
  }
}
