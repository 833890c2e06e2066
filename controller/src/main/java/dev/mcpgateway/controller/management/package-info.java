/** Health and metrics for the platform. */
@NullMarked
package dev.mcpgateway.controller.management;

import org.jspecify.annotations.NullMarked;
