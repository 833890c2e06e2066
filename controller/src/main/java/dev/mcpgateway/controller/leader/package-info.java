/** One active controller: a Lease, and what happens when it is lost. */
@NullMarked
package dev.mcpgateway.controller.leader;

import org.jspecify.annotations.NullMarked;
