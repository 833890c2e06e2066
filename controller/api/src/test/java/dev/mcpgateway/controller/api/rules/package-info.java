/** Tests of the rules. */
@NullMarked
package dev.mcpgateway.controller.api.rules;

import org.jspecify.annotations.NullMarked;
