/** Tests of the package of the same name. */
@NullMarked
package dev.mcpgateway.webhook.server;

import org.jspecify.annotations.NullMarked;
