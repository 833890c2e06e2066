package dev.mcpgateway.broker.catalog;

import dev.mcpgateway.broker.api.config.ServerConfig;

/**
 * One tool this gateway serves.
 *
 * @param servedName name clients see: the server's prefix followed by the original name
 * @param originalName name the server itself knows
 * @param server where calls go
 * @param definition the tool as its server described it, with the served name
 * @param hints the annotations in it
 */
public record CatalogTool(
    String servedName,
    String originalName,
    ServerConfig server,
    ToolDefinition definition,
    ToolHints hints) {}
