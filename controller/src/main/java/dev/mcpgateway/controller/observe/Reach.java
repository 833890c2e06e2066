package dev.mcpgateway.controller.observe;

import dev.mcpgateway.broker.api.push.ServerReport;
import org.jspecify.annotations.Nullable;

/**
 * What the broker replicas of one instance say of one registered server. A report counts whichever
 * configuration its replica runs: while a new one is on its way, servers that were connected are.
 *
 * @param connected replicas that are connected to the server
 * @param report of the first of them, or else of the first replica that knows the server; null when
 *     none does
 */
public record Reach(Rollout rollout, int connected, @Nullable ServerReport report) {}
