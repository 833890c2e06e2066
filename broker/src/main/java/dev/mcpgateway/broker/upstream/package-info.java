/**
 * The broker as an MCP client of the registered servers: one {@link
 * dev.mcpgateway.broker.upstream.UpstreamLoop} per server keeps a session, reads the tools again
 * and again, and reports; {@link dev.mcpgateway.broker.upstream.UpstreamSet} follows the
 * configuration and turns the reports into the next catalogue. Servers are strangers: everything
 * they send is bounded in size, number and time, and one that misbehaves harms nobody else.
 */
@NullMarked
package dev.mcpgateway.broker.upstream;

import org.jspecify.annotations.NullMarked;
