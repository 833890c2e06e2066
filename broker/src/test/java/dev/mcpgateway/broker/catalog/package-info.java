/** Tests of the catalogue. */
@NullMarked
package dev.mcpgateway.broker.catalog;

import org.jspecify.annotations.NullMarked;
