/**
 * Start-up of the broker: reads the settings, wires the rooms below by hand and owns the listeners.
 * Nothing here decides anything about MCP.
 */
@NullMarked
package dev.mcpgateway.broker;

import org.jspecify.annotations.NullMarked;
