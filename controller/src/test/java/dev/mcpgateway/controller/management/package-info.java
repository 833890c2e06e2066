/** Tests of the room of the same name. */
@NullMarked
package dev.mcpgateway.controller.management;

import org.jspecify.annotations.NullMarked;
