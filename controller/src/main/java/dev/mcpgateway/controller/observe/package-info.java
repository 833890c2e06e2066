/** Gather: everything the controller knows at one moment, cut into the inputs of each key. */
@NullMarked
package dev.mcpgateway.controller.observe;

import org.jspecify.annotations.NullMarked;
