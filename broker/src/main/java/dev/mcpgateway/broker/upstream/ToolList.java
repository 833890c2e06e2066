package dev.mcpgateway.broker.upstream;

import dev.mcpgateway.broker.catalog.OfferedTool;
import java.util.List;

/**
 * The tools of one server.
 *
 * @param tools each served name once
 * @param notes why something is missing, for people; usually empty
 */
record ToolList(List<OfferedTool> tools, List<String> notes) {
  ToolList {
    tools = List.copyOf(tools);
    notes = List.copyOf(notes);
  }
}
