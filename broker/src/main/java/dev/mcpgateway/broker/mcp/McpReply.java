package dev.mcpgateway.broker.mcp;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.mcpgateway.broker.wire.JsonRpcErrors;
import dev.mcpgateway.broker.wire.JsonRpcId;
import dev.mcpgateway.broker.wire.ProtocolVersions;
import java.io.ByteArrayOutputStream;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Answer to one request. JSON-RPC errors travel with status 200 when the message itself was in
 * order, and with the transport's own status when it was not (MCP 2025-11-25, Streamable HTTP).
 *
 * @param status HTTP status
 * @param body JSON as UTF-8, null for none
 * @param sessionId value of the header {@code Mcp-Session-Id} of a new session, if there is one
 * @param errorCode the JSON-RPC error in the body, 0 when there is none
 */
@SuppressWarnings("ArrayRecordComponent") // written once, never compared
record McpReply(int status, byte @Nullable [] body, @Nullable String sessionId, int errorCode) {
  /** MCP 2026-07-28, Error Codes: the version is not spoken here. */
  static final int UNSUPPORTED_VERSION = -32022;

  /** A notification or response was taken. */
  static McpReply accepted() {
    return new McpReply(202, null, null, 0);
  }

  /** Done, and nothing to say. */
  static McpReply noContent() {
    return new McpReply(204, null, null, 0);
  }

  /**
   * The result of a request.
   *
   * @param result the member's value as JSON
   */
  static McpReply result(JsonRpcId id, byte[] result) {
    byte[] head = "{\"jsonrpc\":\"2.0\",\"id\":%s,\"result\":".formatted(id.json()).getBytes(UTF_8);
    ByteArrayOutputStream body = new ByteArrayOutputStream(head.length + result.length + 1);
    body.writeBytes(head);
    body.writeBytes(result);
    body.write('}');
    return new McpReply(200, body.toByteArray(), null, 0);
  }

  /**
   * An error.
   *
   * @param id the request's id when it is known
   */
  static McpReply error(int status, @Nullable JsonRpcId id, int code, String message) {
    return new McpReply(status, JsonRpcErrors.body(id, code, message), null, code);
  }

  /**
   * The client speaks a revision this gateway does not (MCP 2026-07-28, Versioning; its clients
   * learn from the list which one to use).
   */
  static McpReply unsupportedVersion(@Nullable JsonRpcId id, String requested) {
    String supported =
        ProtocolVersions.SUPPORTED.stream()
            .map(version -> "\"" + version + "\"")
            .collect(Collectors.joining(","));
    byte[] plain = JsonRpcErrors.body(id, UNSUPPORTED_VERSION, "Unsupported protocol version");
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    body.write(plain, 0, plain.length - 2);
    body.writeBytes(
        ",\"data\":{\"supported\":[%s],\"requested\":".formatted(supported).getBytes(UTF_8));
    body.writeBytes(Json.quoted(requested));
    body.writeBytes("}}}".getBytes(UTF_8));
    return new McpReply(400, body.toByteArray(), null, UNSUPPORTED_VERSION);
  }

  /** This answer with the id of the session it opens. */
  McpReply inSession(String newSessionId) {
    return new McpReply(status, body, newSessionId, errorCode);
  }

  /** Without body and session id. */
  @Override
  public String toString() {
    return "McpReply[status=%d, errorCode=%d]".formatted(status, errorCode);
  }
}
