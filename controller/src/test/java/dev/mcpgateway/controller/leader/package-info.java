/** Tests of the lease. */
@NullMarked
package dev.mcpgateway.controller.leader;

import org.jspecify.annotations.NullMarked;
