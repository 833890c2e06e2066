/** Tests of the routing decisions. */
@NullMarked
package dev.mcpgateway.broker.route;

import org.jspecify.annotations.NullMarked;
