package dev.mcpgateway.controller.observe;

import dev.mcpgateway.controller.api.facts.VirtualServerFacts;
import org.jspecify.annotations.Nullable;

/**
 * Everything about the status of one virtual server.
 *
 * @param extension its namespace has a live extension
 * @param served its namespace has an extension that holds its Gateway
 * @param presence meaningful only when served
 * @param awaited brokers of its gateway have not been heard of yet, so that the selection may
 *     change with what they say
 * @param selection its tools against those the brokers serve; null when that cannot be told
 */
public record VirtualServerInputs(
    VirtualServerFacts virtualServer,
    boolean extension,
    boolean served,
    Presence presence,
    boolean awaited,
    @Nullable Selection selection) {

  /**
   * These inputs are about to change again: its configuration will be written in a moment, or
   * brokers will be heard of.
   */
  public boolean settling() {
    return served
        && switch (presence) {
          case PENDING -> true;
          case STORED -> awaited;
          case TOO_LARGE -> false;
        };
  }
}
