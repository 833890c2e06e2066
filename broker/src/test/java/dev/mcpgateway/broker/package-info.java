/** Tests of the broker as a whole and of its structure. */
@NullMarked
package dev.mcpgateway.broker;

import org.jspecify.annotations.NullMarked;
