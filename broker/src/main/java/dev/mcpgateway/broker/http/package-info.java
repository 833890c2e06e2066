/**
 * What every HTTP edge of the broker needs and Helidon does not give: bodies read within bounds of
 * size and time, and connections that are closed when one side asks for it.
 */
@NullMarked
package dev.mcpgateway.broker.http;

import org.jspecify.annotations.NullMarked;
