/**
 * The benchmark of admission, a program of its own: {@code scripts/bench.sh admission}. It measures
 * the jar that ships, behind a real API server.
 */
@NullMarked
package dev.mcpgateway.webhook.bench;

import org.jspecify.annotations.NullMarked;
