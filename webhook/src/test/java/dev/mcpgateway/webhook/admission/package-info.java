/** Tests of the package of the same name. */
@NullMarked
package dev.mcpgateway.webhook.admission;

import org.jspecify.annotations.NullMarked;
