package dev.mcpgateway.controller.observe;

import dev.mcpgateway.controller.api.facts.VirtualServerFacts;

/**
 * Everything about the status of one virtual server.
 *
 * @param served its namespace has an extension that holds its Gateway
 * @param presence meaningful only when served
 */
public record VirtualServerInputs(
    VirtualServerFacts virtualServer, boolean served, Presence presence) {

  /** Its configuration will be written in a moment, which changes these inputs again. */
  public boolean settling() {
    return served && presence == Presence.PENDING;
  }
}
