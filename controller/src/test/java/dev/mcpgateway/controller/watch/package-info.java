/** Tests of the room of the same name. */
@NullMarked
package dev.mcpgateway.controller.watch;

import org.jspecify.annotations.NullMarked;
