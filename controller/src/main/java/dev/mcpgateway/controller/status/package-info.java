/** Writing conditions and events: only on difference, fenced by resourceVersion. */
@NullMarked
package dev.mcpgateway.controller.status;

import org.jspecify.annotations.NullMarked;
