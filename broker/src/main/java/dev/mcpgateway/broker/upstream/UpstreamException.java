package dev.mcpgateway.broker.upstream;

/**
 * A server could not be reached, answered something unusable or refused. The message is for people,
 * without credentials, and short; text from the server in it has been cleaned of them.
 */
final class UpstreamException extends RuntimeException {
  UpstreamException(String message) {
    super(message);
  }

  /** The message, which is always there. */
  String reason() {
    return String.valueOf(getMessage());
  }
}
