/**
 * The controller's door: {@code POST /push}. {@link dev.mcpgateway.broker.push.PushDispatcher}
 * opens what comes and seals what goes, {@link dev.mcpgateway.broker.push.Reports} knows when there
 * is news to report, {@link dev.mcpgateway.broker.push.PushRoutes} is the HTTP around them.
 */
@NullMarked
package dev.mcpgateway.broker.push;

import org.jspecify.annotations.NullMarked;
