/**
 * The gateway as an MCP server: {@code /mcp} with streamable HTTP of 2025-06-18 and 2025-11-25
 * (older clients are answered in their own revision). {@link dev.mcpgateway.broker.mcp.HeaderRules}
 * judges the head of a request, {@link dev.mcpgateway.broker.mcp.McpDispatcher} its message, both
 * without any I/O; {@link dev.mcpgateway.broker.mcp.McpRoutes} reads and writes. Calls of tools do
 * not come here: the router sends them to their servers.
 */
@NullMarked
package dev.mcpgateway.broker.mcp;

import org.jspecify.annotations.NullMarked;
