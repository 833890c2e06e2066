/** Tests of the configuration contract. */
@NullMarked
package dev.mcpgateway.broker.api.config;

import org.jspecify.annotations.NullMarked;
