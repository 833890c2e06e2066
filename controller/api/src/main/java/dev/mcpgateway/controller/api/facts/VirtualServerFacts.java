package dev.mcpgateway.controller.api.facts;

import dev.mcpgateway.controller.api.ObjectKey;
import java.util.List;

/** An MCPVirtualServer and the client-visible names of its tools. */
public record VirtualServerFacts(
    ObjectKey key, String uid, boolean deleting, long generation, List<String> tools) {
  public VirtualServerFacts {
    tools = List.copyOf(tools);
  }
}
