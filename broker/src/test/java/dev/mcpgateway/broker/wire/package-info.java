/** Tests of the message layer. */
@NullMarked
package dev.mcpgateway.broker.wire;

import org.jspecify.annotations.NullMarked;
