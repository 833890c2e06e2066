/** Tests of the broker's side towards the servers. */
@NullMarked
package dev.mcpgateway.broker.upstream;

import org.jspecify.annotations.NullMarked;
