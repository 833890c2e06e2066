/**
 * The rules that must exist once: who may claim a Gateway, who wins, and where a registration
 * leads. Pure functions over facts.
 */
@NullMarked
package dev.mcpgateway.controller.api.rules;

import org.jspecify.annotations.NullMarked;
