/**
 * Objects reduced to what the rules need, with nulls and defaults resolved once, in {@link
 * dev.mcpgateway.controller.api.facts.FactsMapper}.
 */
@NullMarked
package dev.mcpgateway.controller.api.facts;

import org.jspecify.annotations.NullMarked;
