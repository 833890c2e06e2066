/** Tests of the gateway as an MCP server. */
@NullMarked
package dev.mcpgateway.broker.mcp;

import org.jspecify.annotations.NullMarked;
