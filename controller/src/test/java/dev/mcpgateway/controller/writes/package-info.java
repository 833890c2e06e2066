/** Tests of the room of the same name. */
@NullMarked
package dev.mcpgateway.controller.writes;

import org.jspecify.annotations.NullMarked;
