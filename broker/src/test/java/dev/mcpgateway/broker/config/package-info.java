/** Tests of the configuration's way into the broker. */
@NullMarked
package dev.mcpgateway.broker.config;

import org.jspecify.annotations.NullMarked;
