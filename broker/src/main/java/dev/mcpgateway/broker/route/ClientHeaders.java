package dev.mcpgateway.broker.route;

import dev.mcpgateway.broker.api.InternalHeaders;
import java.util.List;
import java.util.Locale;

/** Which headers of a client's request must not go on. */
final class ClientHeaders {
  /** A second value would leave it to the reader which one counts. */
  private static final List<String> SINGLE =
      List.of(
          InternalHeaders.SESSION_ID,
          InternalHeaders.PROTOCOL_VERSION,
          InternalHeaders.VIRTUAL_SERVER,
          InternalHeaders.AUTHORIZED_TOOLS,
          "mcp-method",
          "mcp-name",
          "authorization",
          "content-type",
          "origin");

  private static final String INTERNAL_PREFIX = "x-mcp-";

  private ClientHeaders() {}

  /** Whether a header that may be there once is there more often. */
  static boolean ambiguous(RequestHead head) {
    return SINGLE.stream().anyMatch(name -> head.count(name) > 1);
  }

  /** The removal of everything that only the router may say. */
  static HeaderChanges.Builder stripped(RequestHead head) {
    HeaderChanges.Builder changes = HeaderChanges.builder();
    head.names().stream().filter(ClientHeaders::reserved).forEach(changes::remove);
    return changes;
  }

  /**
   * CGI and its descendants read {@code x_mcp_toolname} as {@code x-mcp-toolname}, so underscores
   * count as hyphens here.
   */
  private static boolean reserved(String name) {
    String plain = name.replace('_', '-').toLowerCase(Locale.ROOT);
    if (plain.equals(InternalHeaders.SESSION_ID) || plain.equals(InternalHeaders.VIRTUAL_SERVER)) {
      return !plain.equals(name);
    }
    return plain.startsWith(INTERNAL_PREFIX) || InternalHeaders.CLIENT_MUST_NOT_SET.contains(plain);
  }
}
