/** Tests of sessions with servers. */
@NullMarked
package dev.mcpgateway.broker.backend;

import org.jspecify.annotations.NullMarked;
