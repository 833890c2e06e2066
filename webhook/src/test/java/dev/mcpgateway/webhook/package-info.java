/** Tests of the package of the same name. */
@NullMarked
package dev.mcpgateway.webhook;

import org.jspecify.annotations.NullMarked;
