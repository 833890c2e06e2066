/**
 * Writing conditions and events: only on difference, fenced by resourceVersion and by the lease.
 */
@NullMarked
package dev.mcpgateway.controller.status;

import org.jspecify.annotations.NullMarked;
