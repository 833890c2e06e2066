/**
 * The certificate the API server trusts: issued here, agreed on between replicas through one
 * Secret, announced in the webhook configuration, renewed and rotated before it expires.
 */
@NullMarked
package dev.mcpgateway.webhook.certificates;

import org.jspecify.annotations.NullMarked;
