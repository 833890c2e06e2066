/**
 * The ValidatingWebhookConfiguration that leads reviews here: read, changed and remembered in one
 * place, for those who keep its authorities and its failure policy and those who ask whether it
 * leads here at all.
 */
@NullMarked
package dev.mcpgateway.webhook.configuration;

import org.jspecify.annotations.NullMarked;
