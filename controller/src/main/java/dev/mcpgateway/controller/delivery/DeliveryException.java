package dev.mcpgateway.controller.delivery;

/** A broker could not be asked, or did not answer as agreed. */
final class DeliveryException extends Exception {
  private final boolean unauthorized;

  private DeliveryException(String reason, boolean unauthorized) {
    super(reason);
    this.unauthorized = unauthorized;
  }

  /**
   * @param reason for people; quotes nothing that was sent or received
   */
  static DeliveryException because(String reason) {
    return new DeliveryException(reason, false);
  }

  /** The broker could not open the request. */
  static DeliveryException unauthorized() {
    return new DeliveryException("does not know the instance's push key (HTTP 401)", true);
  }

  String reason() {
    return String.valueOf(getMessage());
  }

  /** Whether another key may help. */
  boolean isUnauthorized() {
    return unauthorized;
  }
}
