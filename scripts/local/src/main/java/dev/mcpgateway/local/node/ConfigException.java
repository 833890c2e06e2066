package dev.mcpgateway.local.node;

/**
 * A container cannot be started with what its specification says; the message is for the pod's
 * status.
 */
final class ConfigException extends Exception {
  private final String reason;

  ConfigException(String message) {
    this("CreateContainerConfigError", message);
  }

  private ConfigException(String reason, String message) {
    super(message);
    this.reason = reason;
  }

  static ConfigException image(String message) {
    return new ConfigException("ErrImagePull", message);
  }

  /** The reason a kubelet gives for such a container. */
  String reason() {
    return reason;
  }
}
