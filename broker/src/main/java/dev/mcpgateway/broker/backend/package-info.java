/**
 * The gateway's sessions with servers, one per client session and server, opened when the first
 * call needs it. They are opened through the Gateway itself, so that the policies on a server's
 * route hold for them as for every call.
 */
@NullMarked
package dev.mcpgateway.broker.backend;

import org.jspecify.annotations.NullMarked;
