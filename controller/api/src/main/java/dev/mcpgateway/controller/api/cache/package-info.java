/** The cluster as an immutable snapshot, kept current by informers. */
@NullMarked
package dev.mcpgateway.controller.api.cache;

import org.jspecify.annotations.NullMarked;
