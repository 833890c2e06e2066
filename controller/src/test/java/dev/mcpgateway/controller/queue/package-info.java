/** Tests of the room of the same name. */
@NullMarked
package dev.mcpgateway.controller.queue;

import org.jspecify.annotations.NullMarked;
