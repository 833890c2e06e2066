/**
 * The kubelet's part: pods become child processes, with their volumes, identity, environment,
 * probes, restarts, logs and graceful end. The node knows images as commands ({@link
 * dev.mcpgateway.local.node.ImageTable}) and nothing about what runs in them.
 */
@NullMarked
package dev.mcpgateway.local.node;

import org.jspecify.annotations.NullMarked;
