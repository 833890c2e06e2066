/** Tests of the room of the same name. */
@NullMarked
package dev.mcpgateway.controller.registration;

import org.jspecify.annotations.NullMarked;
