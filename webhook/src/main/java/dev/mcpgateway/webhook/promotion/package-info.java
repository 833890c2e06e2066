/**
 * Ships as {@code Ignore}, becomes {@code Fail}: once the webhook has proven through the API server
 * that it refuses what must be refused, nothing may pass it unseen any more.
 */
@NullMarked
package dev.mcpgateway.webhook.promotion;

import org.jspecify.annotations.NullMarked;
