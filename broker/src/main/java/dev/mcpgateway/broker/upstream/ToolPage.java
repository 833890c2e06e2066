package dev.mcpgateway.broker.upstream;

import dev.mcpgateway.broker.catalog.OfferedTool;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One page of {@code tools/list}.
 *
 * @param tools in the order the server gave them
 * @param unusable tools that were left out because their name or size cannot be served
 * @param nextCursor absent on the last page; the empty string is a cursor like any other
 */
record ToolPage(List<OfferedTool> tools, int unusable, @Nullable String nextCursor) {}
