package dev.mcpgateway.controller.api.cache;

import dev.mcpgateway.controller.api.ObjectKey;

/**
 * The facts of one object have changed, appeared or gone; what they are now stands in the next
 * snapshot.
 */
public record Change(WatchedKind kind, ObjectKey key) {}
