/** Tests of what all HTTP edges share. */
@NullMarked
package dev.mcpgateway.broker.http;

import org.jspecify.annotations.NullMarked;
