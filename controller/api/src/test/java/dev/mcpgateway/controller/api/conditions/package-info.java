/** Tests of conditions. */
@NullMarked
package dev.mcpgateway.controller.api.conditions;

import org.jspecify.annotations.NullMarked;
