package dev.mcpgateway.broker.catalog;

/**
 * One tool of one server, before it is decided who holds its name.
 *
 * @param servedName the server's prefix followed by the original name
 * @param originalName name the server knows
 * @param definition the tool as its server described it, with the served name
 * @param hints the annotations in it
 */
public record OfferedTool(
    String servedName, String originalName, ToolDefinition definition, ToolHints hints) {}
