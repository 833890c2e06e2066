package dev.mcpgateway.webhook.admission;

/**
 * What a decision needs could not be read in time. The answer is HTTP 500, so that the failure
 * policy decides: never an allowance because nothing is known.
 */
final class WorldUnavailableException extends RuntimeException {
  WorldUnavailableException(String message, Throwable cause) {
    super(message, cause);
  }

  WorldUnavailableException(String message) {
    super(message);
  }
}
