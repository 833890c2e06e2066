/** Tests of the controller's door. */
@NullMarked
package dev.mcpgateway.broker.push;

import org.jspecify.annotations.NullMarked;
