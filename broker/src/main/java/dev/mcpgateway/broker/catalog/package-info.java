/**
 * What this gateway serves right now: one immutable {@link dev.mcpgateway.broker.catalog.Catalog},
 * swapped whole, read by the MCP facade and by the router. {@link
 * dev.mcpgateway.broker.catalog.CatalogBuilder} decides, without any I/O, which server holds a tool
 * name.
 */
@NullMarked
package dev.mcpgateway.broker.catalog;

import org.jspecify.annotations.NullMarked;
