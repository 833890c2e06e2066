/** The two listeners, HTTPS for reviews and HTTP for operation, and how they start and stop. */
@NullMarked
package dev.mcpgateway.webhook.server;

import org.jspecify.annotations.NullMarked;
