/** From changes to passes: which keys to look at again, and the workers that do. */
@NullMarked
package dev.mcpgateway.controller.loop;

import org.jspecify.annotations.NullMarked;
