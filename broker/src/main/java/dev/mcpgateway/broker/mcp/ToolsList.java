package dev.mcpgateway.broker.mcp;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.mcpgateway.broker.api.config.VirtualServerConfig;
import dev.mcpgateway.broker.catalog.Catalog;
import dev.mcpgateway.broker.catalog.CatalogTool;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The result of {@code tools/list} (MCP 2025-11-25, Tools, Listing Tools), always on one page. */
final class ToolsList {
  private ToolsList() {}

  /**
   * The result as JSON, in the order of the names; definitions are those of the servers, verbatim.
   *
   * @param virtualServer serves only its tools, when the client chose one
   */
  static byte[] result(Catalog catalog, @Nullable VirtualServerConfig virtualServer) {
    List<CatalogTool> tools = catalog.tools();
    if (virtualServer != null) {
      Set<String> chosen = Set.copyOf(virtualServer.tools());
      tools = tools.stream().filter(tool -> chosen.contains(tool.servedName())).toList();
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes("{\"tools\":[".getBytes(UTF_8));
    try {
      for (int i = 0; i < tools.size(); i++) {
        if (i > 0) {
          out.write(',');
        }
        tools.get(i).definition().writeTo(out);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("writing to memory does not fail", e);
    }
    out.writeBytes("]}".getBytes(UTF_8));
    return out.toByteArray();
  }
}
