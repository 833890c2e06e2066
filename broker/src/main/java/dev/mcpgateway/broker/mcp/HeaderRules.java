package dev.mcpgateway.broker.mcp;

import static dev.mcpgateway.broker.wire.JsonRpcErrors.INVALID_REQUEST;

import dev.mcpgateway.broker.api.InternalHeaders;
import dev.mcpgateway.broker.route.OriginRule;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Judges a request by its headers alone (MCP 2025-11-25, Streamable HTTP). Pure. Absent {@code
 * Accept} means anything, as HTTP says; a request without {@code Origin} comes from a program, not
 * from a web page.
 */
final class HeaderRules {
  private static final List<String> ONCE =
      List.of(
          "host",
          "origin",
          "content-type",
          InternalHeaders.SESSION_ID,
          InternalHeaders.PROTOCOL_VERSION,
          InternalHeaders.VIRTUAL_SERVER);
  private static final Pattern JSON =
      Pattern.compile("application/json\\s*(;.*)?", Pattern.CASE_INSENSITIVE);
  private static final Pattern CHARSET =
      Pattern.compile(";\\s*charset\\s*=\\s*\"?([^\";]*)", Pattern.CASE_INSENSITIVE);

  private final HostRule hosts;
  private final OriginRule origins;

  HeaderRules(HostRule hosts, OriginRule origins) {
    this.hosts = hosts;
    this.origins = origins;
  }

  /** The refusal of a POST, or null. */
  @Nullable McpReply post(RequestHeaders headers) {
    McpReply refusal = any(headers);
    if (refusal != null) {
      return refusal;
    }
    if (!isJson(headers.first("content-type"))) {
      return refuse(415, "Content-Type must be application/json");
    }
    String encoding = headers.first("content-encoding");
    if (encoding != null && !encoding.equalsIgnoreCase("identity")) {
      return refuse(415, "Content-Encoding is not supported");
    }
    boolean both =
        accepts(headers, "application", "json") && accepts(headers, "text", "event-stream");
    return both ? null : refuse(406, "Accept must list application/json and text/event-stream");
  }

  /** The refusal of a GET, or null. */
  @Nullable McpReply get(RequestHeaders headers) {
    McpReply refusal = any(headers);
    if (refusal == null && !accepts(headers, "text", "event-stream")) {
      return refuse(406, "Accept must list text/event-stream");
    }
    return refusal;
  }

  /** The refusal of any request, or null. */
  @Nullable McpReply any(RequestHeaders headers) {
    for (String name : ONCE) {
      if (headers.all(name).size() > 1) {
        return refuse(400, "the header " + name + " is there more than once");
      }
    }
    if (!hosts.allowsHost(headers.first("host"))) {
      return refuse(403, "this host is not served here");
    }
    if (!origins.allows(headers.first("origin"))) {
      return refuse(403, "this origin is not allowed");
    }
    return null;
  }

  private static boolean isJson(@Nullable String contentType) {
    if (contentType == null || !JSON.matcher(contentType).matches()) {
      return false;
    }
    var charset = CHARSET.matcher(contentType);
    return !charset.find() || charset.group(1).strip().equalsIgnoreCase("utf-8");
  }

  private static boolean accepts(RequestHeaders headers, String type, String subtype) {
    List<String> lines = headers.all("accept");
    if (lines.isEmpty()) {
      return true;
    }
    for (String range : String.join(",", lines).toLowerCase(Locale.ROOT).split(",", -1)) {
      String media = range.split(";", 2)[0].strip();
      if (media.equals("*/*") || media.equals(type + "/*") || media.equals(type + "/" + subtype)) {
        return true;
      }
    }
    return false;
  }

  private static McpReply refuse(int status, String message) {
    return McpReply.error(status, null, INVALID_REQUEST, message);
  }
}
