/** Tests of the room of the same name. */
@NullMarked
package dev.mcpgateway.controller.loop;

import org.jspecify.annotations.NullMarked;
