/** Tests of how objects become facts. */
@NullMarked
package dev.mcpgateway.controller.api.facts;

import org.jspecify.annotations.NullMarked;
