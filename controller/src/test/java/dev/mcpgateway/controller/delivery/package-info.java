/** Tests of the room of the same name. */
@NullMarked
package dev.mcpgateway.controller.delivery;

import org.jspecify.annotations.NullMarked;
