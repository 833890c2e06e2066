package dev.mcpgateway.controller.delivery;

import dev.mcpgateway.broker.api.push.BrokerReport;
import org.jspecify.annotations.Nullable;

/**
 * What is known of one ready broker.
 *
 * @param pod its name
 * @param report its last one, null until the first; its {@code at} is when it became this one
 * @param error why it could not be reached or given its configuration when that was tried last,
 *     null when it could or when it was not tried yet
 * @param silent it has not answered for so long that its report tells nothing any more
 */
public record ReplicaState(
    String pod,
    String podUid,
    @Nullable BrokerReport report,
    @Nullable String error,
    boolean silent) {

  /** How it is as far as that is known now, null when it is not. */
  public @Nullable BrokerReport heard() {
    return silent ? null : report;
  }
}
