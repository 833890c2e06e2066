package dev.mcpgateway.controller.api.facts;

import dev.mcpgateway.controller.api.ObjectKey;
import java.time.Instant;

/**
 * An MCPGatewayExtension as the rules see it.
 *
 * @param uid empty for an object that is not stored yet
 * @param created creationTimestamp given by the API server, in whole seconds
 * @param deleting a deletionTimestamp is set
 * @param gateway the claimed Gateway, the namespace defaulted to the extension's own
 * @param rotateKeys the text by which its owner asks for new keys, empty for none
 */
public record ExtensionFacts(
    ObjectKey key,
    String uid,
    Instant created,
    boolean deleting,
    ObjectKey gateway,
    long generation,
    String rotateKeys) {

  /** One that asks for no new keys. */
  public ExtensionFacts(
      ObjectKey key,
      String uid,
      Instant created,
      boolean deleting,
      ObjectKey gateway,
      long generation) {
    this(key, uid, created, deleting, gateway, generation, "");
  }

  /**
   * What at most one extension may hold. One function, so that it can become Gateway and listener
   * later.
   */
  public ObjectKey claimKey() {
    return gateway;
  }
}
