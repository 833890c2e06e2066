package dev.mcpgateway.local.e2e;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The official TypeScript SDK's client and the MCP inspector, as processes, at the guide's own URL.
 */
final class TypeScriptClient {
  private final Shell shell;
  private final String node = Guide.tool("NODE");
  private final String peers = Guide.tool("MCP_PEERS");
  private final String url;

  TypeScriptClient(Path checkout, Path home, String team, int nodePort) {
    shell = new Shell(checkout, Map.of("HOME", home.toString()));
    url = "http://%s:%d/mcp".formatted(Guide.host(team), nodePort);
  }

  Shell.Result list() {
    return sdk("list");
  }

  Shell.Result call(String tool, String arguments) {
    return sdk("call", tool, arguments);
  }

  /** {@code mcp-inspector --cli}: the tool most people try first. */
  Shell.Result inspect(String... arguments) {
    List<String> command = node();
    command.addAll(
        List.of(peers + "/node_modules/.bin/mcp-inspector", "--cli", url, "--transport", "http"));
    command.addAll(List.of(arguments));
    return shell.run(command);
  }

  private Shell.Result sdk(String... arguments) {
    List<String> command = node();
    command.addAll(List.of("scripts/peers/mcp.mjs", url));
    command.addAll(List.of(arguments));
    return shell.run(command);
  }

  private List<String> node() {
    return new ArrayList<>(List.of(node, "-r", "./scripts/peers/sslip.cjs"));
  }
}
