/**
 * Who a client is to this gateway instance: the instance's keys, the signed session ids made with
 * them, and the proof a request carries that the broker's own client sends through the Gateway.
 * Everything is checked with the key alone; only proofs that must not be used again are remembered.
 */
@NullMarked
package dev.mcpgateway.broker.session;

import org.jspecify.annotations.NullMarked;
