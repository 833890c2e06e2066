/** Tests of sealing and of the texts inside. */
@NullMarked
package dev.mcpgateway.broker.api.push;

import org.jspecify.annotations.NullMarked;
