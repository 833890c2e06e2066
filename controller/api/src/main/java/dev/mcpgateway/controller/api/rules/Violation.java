package dev.mcpgateway.controller.api.rules;

import dev.mcpgateway.controller.api.ObjectKey;

/**
 * Why an MCPGatewayExtension may not have its Gateway. Sealed: a new violation must be treated by
 * the webhook and by the controller before anything compiles.
 */
public sealed interface Violation {
  /** Another live extension holds the namespace. */
  record NamespaceTaken(ObjectKey extension, ObjectKey holder) implements Violation {}

  /**
   * A terminating extension still holds the namespace or the Gateway; the extension gets them when
   * that one is gone.
   *
   * @param sameNamespace whether the predecessor may be named to whoever reads the message
   */
  record PredecessorTerminating(ObjectKey predecessor, boolean sameNamespace)
      implements Violation {}

  /** The Gateway is in another namespace and no ReferenceGrant there permits the reference. */
  record NotPermitted(ObjectKey gateway, String fromNamespace) implements Violation {}

  /** The Gateway does not exist; never reported for a Gateway the extension may not reference. */
  record GatewayMissing(ObjectKey gateway) implements Violation {}

  /**
   * Another permitted extension holds the Gateway.
   *
   * @param holder for logs and metrics; it is in another namespace, so messages do not name it
   */
  record GatewayTaken(ObjectKey gateway, ObjectKey holder) implements Violation {}
}
