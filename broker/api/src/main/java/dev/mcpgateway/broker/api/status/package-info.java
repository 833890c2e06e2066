/** What a broker says about itself on {@code GET /status}: read by people and by the controller. */
@NullMarked
package dev.mcpgateway.broker.api.status;

import org.jspecify.annotations.NullMarked;
