/** Stand-ins for the world around the broker, used by the tests of all rooms. */
@NullMarked
package dev.mcpgateway.broker.fake;

import org.jspecify.annotations.NullMarked;
