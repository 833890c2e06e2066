/** Tests of the room of the same name. */
@NullMarked
package dev.mcpgateway.controller.observe;

import org.jspecify.annotations.NullMarked;
