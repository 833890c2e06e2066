/** Small programs that run as pods of the local platform in its own integration tests. */
@NullMarked
package dev.mcpgateway.local.pods;

import org.jspecify.annotations.NullMarked;
