package dev.mcpgateway.broker.upstream;

import dev.mcpgateway.broker.catalog.OfferedTool;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Collects the pages of one list until the server says it ends or a limit is reached; what was read
 * until then is served, and a note says what is missing. Pure.
 */
final class ToolListBuilder {
  private final Map<String, OfferedTool> tools = new LinkedHashMap<>();
  private final Set<String> cursors = new HashSet<>();
  private final List<String> notes = new ArrayList<>();
  private int pages;
  private int unusable;
  private int duplicates;
  private long bytes;

  /** Takes a page and gives the cursor of the next one, or null when there is none to ask for. */
  @Nullable String add(ToolPage page) {
    pages++;
    unusable += page.unusable();
    for (OfferedTool tool : page.tools()) {
      bytes += tool.definition().length();
      if (tools.size() >= UpstreamLimits.MAX_TOOLS || bytes > UpstreamLimits.MAX_DEFINITIONS) {
        notes.add("only the first %d tools are served".formatted(tools.size()));
        return null;
      }
      if (tools.putIfAbsent(tool.servedName(), tool) != null) {
        duplicates++;
      }
    }
    String next = page.nextCursor();
    if (next == null) {
      return null;
    }
    if (!cursors.add(next)) {
      notes.add("the server repeats a cursor, its list was cut");
      return null;
    }
    if (pages >= UpstreamLimits.MAX_PAGES) {
      notes.add("only the first %d pages were read".formatted(pages));
      return null;
    }
    return next;
  }

  ToolList build() {
    List<String> all = new ArrayList<>(notes);
    if (unusable > 0) {
      all.add("%d tools left out, their name or size cannot be served".formatted(unusable));
    }
    if (duplicates > 0) {
      all.add("%d tools left out, the server lists their name twice".formatted(duplicates));
    }
    return new ToolList(List.copyOf(tools.values()), all);
  }
}
