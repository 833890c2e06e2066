package dev.mcpgateway.broker.api;

/**
 * The files of the keys folder, which are the data keys of the Secret {@code mcp-gateway-keys}.
 * Each holds the base64 text of 32 random bytes. While keys are rotated, files with a suffix stand
 * beside them.
 */
public final class KeyNames {
  /** Signs the session ids of clients. */
  public static final String SESSION_SIGNING = "session-signing-key";

  /** Proves that a request comes from the instance's own client. */
  public static final String ROUTER = "router-key";

  /** From which the keys of {@link dev.mcpgateway.broker.api.push.Sealer} are derived. */
  public static final String PUSH = "push-key";

  /** Of the key that will be used next: accepted already. */
  public static final String NEXT = ".next";

  /** Of the key that was used before: accepted still. */
  public static final String PREVIOUS = ".previous";

  private KeyNames() {}
}
