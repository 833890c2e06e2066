package dev.mcpgateway.controller.observe;

import dev.mcpgateway.broker.api.push.ServerReport;
import org.jspecify.annotations.Nullable;

/**
 * What the broker replicas of one instance say of one registered server as it is stored. What else
 * their configurations hold makes no difference: while a new one is on its way, servers that were
 * connected and have not changed are.
 *
 * @param rollout how far the server has come among them
 * @param connected replicas that are connected to the server
 * @param up report of the first of them
 * @param down report of the first replica that knows the server and is not connected
 * @param omitted servers that a replica had to leave out of its report; this one may be among them
 *     when there is no report of it
 */
public record Reach(
    Rollout rollout,
    int connected,
    @Nullable ServerReport up,
    @Nullable ServerReport down,
    int omitted) {
  /** Of replicas that report every server. */
  public Reach(
      Rollout rollout, int connected, @Nullable ServerReport up, @Nullable ServerReport down) {
    this(rollout, connected, up, down, 0);
  }
}
