package dev.mcpgateway.broker.route;

import dev.mcpgateway.broker.api.config.ServerConfig;
import java.net.URI;

/** The request target of a server's MCP endpoint. */
public final class ServerPath {
  private ServerPath() {}

  /**
   * Path and query of the server's URL, never empty: the broker and routed calls use the same
   * endpoint. The query of the client's request is not part of it.
   */
  public static String of(ServerConfig server) {
    URI url = URI.create(URI.create(server.url()).toASCIIString());
    String path = url.getRawPath();
    String target = path == null || path.isEmpty() ? "/" : path;
    return url.getRawQuery() == null ? target : target + "?" + url.getRawQuery();
  }
}
