/** Real MCP peers on the official Java SDK, run as pods by the demo and the end-to-end tests. */
@NullMarked
package dev.mcpgateway.local.peers;

import org.jspecify.annotations.NullMarked;
