/**
 * Carries out what the router decides, as Envoy's external processor (envoy.service.ext_proc.v3):
 * one gRPC stream per HTTP request, exactly one response per message, whatever comes in.
 */
@NullMarked
package dev.mcpgateway.broker.extproc;

import org.jspecify.annotations.NullMarked;
