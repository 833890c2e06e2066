package dev.mcpgateway.controller.observe;

import dev.mcpgateway.controller.api.ObjectKey;

/** What one pass is about. */
public sealed interface WorkKey {
  /**
   * The gateway instance of a namespace: the extensions in it, its configuration and its keys. One
   * key for all of them, because they share the two Secrets and because only one of several
   * extensions may hold them.
   */
  record Instance(String namespace) implements WorkKey {}

  /** The status of an MCPServerRegistration. */
  record Registration(ObjectKey key) implements WorkKey {}

  /** This project's entries in the status of an HTTPRoute. */
  record Route(ObjectKey key) implements WorkKey {}

  /** The status of an MCPVirtualServer. */
  record VirtualServer(ObjectKey key) implements WorkKey {}
}
