/** Tests of the module's architecture and of its scenarios. */
@NullMarked
package dev.mcpgateway.controller.api;

import org.jspecify.annotations.NullMarked;
