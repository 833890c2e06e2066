/**
 * The status of MCPServerRegistrations: whether the gateway's configuration holds them, and if not,
 * why.
 */
@NullMarked
package dev.mcpgateway.controller.registration;

import org.jspecify.annotations.NullMarked;
