/** Tests of the room of the same name. */
@NullMarked
package dev.mcpgateway.controller.instance;

import org.jspecify.annotations.NullMarked;
