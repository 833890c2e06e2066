/**
 * Bytes ↔ JSON-RPC messages. Everything a peer sends is read here once, strictly, and kept as the
 * bytes it was: ids keep their JSON type, parameters are never re-serialised, and the one value the
 * gateway has to change, {@code params.name}, is cut out and replaced in place. Knows no transport
 * beyond the framing of server-sent events.
 */
@NullMarked
package dev.mcpgateway.broker.wire;

import org.jspecify.annotations.NullMarked;
