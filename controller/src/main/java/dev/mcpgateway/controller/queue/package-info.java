/**
 * A coalescing queue of keys: one pass per key at a time, paced, with back-off; it knows nothing of
 * Kubernetes.
 */
@NullMarked
package dev.mcpgateway.controller.queue;

import org.jspecify.annotations.NullMarked;
