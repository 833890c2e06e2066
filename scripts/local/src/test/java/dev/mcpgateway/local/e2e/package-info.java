/**
 * The guide from end to end on the local platform: the real helm and kubectl, the shipped chart and
 * programs, real Envoy and Istio, real MCP servers and clients.
 */
@NullMarked
package dev.mcpgateway.local.e2e;

import org.jspecify.annotations.NullMarked;
