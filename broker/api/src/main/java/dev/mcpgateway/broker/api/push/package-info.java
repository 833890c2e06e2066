/**
 * Delivery: what the controller posts to {@code /push} of every ready broker and what it gets back.
 * Both ways are sealed with keys derived from the instance's push key, so that nothing on the way
 * can read a configuration, change one, or pass an old answer off as a new one.
 */
@NullMarked
package dev.mcpgateway.broker.api.push;

import org.jspecify.annotations.NullMarked;
