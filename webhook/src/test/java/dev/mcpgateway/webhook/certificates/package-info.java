/** Tests of the package of the same name. */
@NullMarked
package dev.mcpgateway.webhook.certificates;

import org.jspecify.annotations.NullMarked;
