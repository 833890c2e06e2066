/** Tests of the room of the same name. */
@NullMarked
package dev.mcpgateway.controller.virtualserver;

import org.jspecify.annotations.NullMarked;
