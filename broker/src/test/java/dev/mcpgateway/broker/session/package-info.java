/** Tests of keys and session ids. */
@NullMarked
package dev.mcpgateway.broker.session;

import org.jspecify.annotations.NullMarked;
