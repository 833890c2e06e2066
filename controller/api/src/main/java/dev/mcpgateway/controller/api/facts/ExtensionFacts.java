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
 */
public record ExtensionFacts(
    ObjectKey key,
    String uid,
    Instant created,
    boolean deleting,
    ObjectKey gateway,
    long generation) {

  /**
   * What at most one extension may hold. One function, so that it can become Gateway and listener
   * later.
   */
  public ObjectKey claimKey() {
    return gateway;
  }
}
