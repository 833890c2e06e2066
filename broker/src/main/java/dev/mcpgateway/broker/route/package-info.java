/**
 * Decides where a request goes, and nothing else: pure functions over the head and body of one HTTP
 * request, the catalogue and a verdict on its session. Shared by everything that can carry a
 * decision out, so it knows neither Envoy nor HTTP clients nor the clock.
 */
@NullMarked
package dev.mcpgateway.broker.route;

import org.jspecify.annotations.NullMarked;
