/** Watching objects of which only a few words are needed, without keeping the objects. */
@NullMarked
package dev.mcpgateway.controller.watch;

import org.jspecify.annotations.NullMarked;
