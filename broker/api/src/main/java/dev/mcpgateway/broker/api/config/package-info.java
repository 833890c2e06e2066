/**
 * The configuration contract: the document the controller renders into the Secret {@code
 * mcp-gateway-config} and the broker reads. One codec for both sides, so that what is written can
 * be read and the same content always has the same bytes.
 */
@NullMarked
package dev.mcpgateway.broker.api.config;

import org.jspecify.annotations.NullMarked;
