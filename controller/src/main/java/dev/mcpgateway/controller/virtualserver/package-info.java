/** The status of MCPVirtualServers. */
@NullMarked
package dev.mcpgateway.controller.virtualserver;

import org.jspecify.annotations.NullMarked;
