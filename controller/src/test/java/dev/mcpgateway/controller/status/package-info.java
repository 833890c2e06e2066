/** Tests of what is told and how often. */
@NullMarked
package dev.mcpgateway.controller.status;

import org.jspecify.annotations.NullMarked;
