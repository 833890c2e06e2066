package dev.mcpgateway.controller.api.cache;

/**
 * Kinds a process may keep in its {@link WorldCache}; it watches no more than it asks for (decision
 * 18).
 */
public enum WatchedKind {
  EXTENSION,
  REGISTRATION,
  VIRTUAL_SERVER,
  GATEWAY,
  GRANT,
  ROUTE,
  SERVICE,
  /** Secrets that carry the credential label. */
  CREDENTIAL
}
