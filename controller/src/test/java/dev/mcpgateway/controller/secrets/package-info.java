/** Tests of the room of the same name. */
@NullMarked
package dev.mcpgateway.controller.secrets;

import org.jspecify.annotations.NullMarked;
