package dev.mcpgateway.controller.observe;

import dev.mcpgateway.controller.api.facts.VirtualServerFacts;
import org.jspecify.annotations.Nullable;

/**
 * Everything about the status of one virtual server.
 *
 * @param served its namespace has an extension that holds its Gateway
 * @param presence meaningful only when served
 * @param selection its tools against those the brokers serve; null when that cannot be told
 */
public record VirtualServerInputs(
    VirtualServerFacts virtualServer,
    boolean served,
    Presence presence,
    @Nullable Selection selection) {

  /** Its configuration will be written in a moment, which changes these inputs again. */
  public boolean settling() {
    return served && presence == Presence.PENDING;
  }
}
