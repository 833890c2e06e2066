/** Condition types, reasons and sentences, and how conditions are merged into a status. */
@NullMarked
package dev.mcpgateway.controller.api.conditions;

import org.jspecify.annotations.NullMarked;
