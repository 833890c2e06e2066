/** Tests of the world cache on a real API server. */
@NullMarked
package dev.mcpgateway.controller.api.cache;

import org.jspecify.annotations.NullMarked;
