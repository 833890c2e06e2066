/** Tests of the external processor. */
@NullMarked
package dev.mcpgateway.broker.extproc;

import org.jspecify.annotations.NullMarked;
