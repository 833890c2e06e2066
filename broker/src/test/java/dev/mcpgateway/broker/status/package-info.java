/** Tests of what the broker says about itself. */
@NullMarked
package dev.mcpgateway.broker.status;

import org.jspecify.annotations.NullMarked;
