/** What all writes to the API server have in common, whatever they write. */
@NullMarked
package dev.mcpgateway.controller.writes;

import org.jspecify.annotations.NullMarked;
