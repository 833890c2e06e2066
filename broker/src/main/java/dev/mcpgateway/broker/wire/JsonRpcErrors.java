package dev.mcpgateway.broker.wire;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import java.io.ByteArrayOutputStream;
import org.jspecify.annotations.Nullable;

/**
 * JSON-RPC error codes this gateway uses and the bodies that carry them. Only the codes of JSON-RPC
 * 2.0 §5.1: MCP 2026-07-28 §Error Codes gives -32000…-32019 no meaning and reserves the rest of the
 * implementation range for itself.
 */
public final class JsonRpcErrors {
  /** The bytes are no JSON (JSON-RPC 2.0 §5.1). */
  public static final int PARSE_ERROR = -32700;

  /** JSON, but no valid message (JSON-RPC 2.0 §5.1). */
  public static final int INVALID_REQUEST = -32600;

  /** Unknown method (JSON-RPC 2.0 §5.1). */
  public static final int METHOD_NOT_FOUND = -32601;

  /** Bad parameters; also an unknown tool (MCP 2025-11-25 §Tools/Error Handling). */
  public static final int INVALID_PARAMS = -32602;

  /** Something failed on our side or behind us (JSON-RPC 2.0 §5.1). */
  public static final int INTERNAL_ERROR = -32603;

  private JsonRpcErrors() {}

  /**
   * An error message as UTF-8 JSON.
   *
   * @param id id of the request, or null when it could not be read (JSON-RPC 2.0 §5: the error's id
   *     is then null)
   */
  public static byte[] body(@Nullable JsonRpcId id, int code, String message) {
    byte[] head =
        "{\"jsonrpc\":\"2.0\",\"id\":%s,\"error\":{\"code\":%d,\"message\":\""
            .formatted(id == null ? "null" : id.json(), code)
            .getBytes(UTF_8);
    byte[] text = JsonStringEncoder.getInstance().quoteAsUTF8(message);
    ByteArrayOutputStream body = new ByteArrayOutputStream(head.length + text.length + 3);
    body.writeBytes(head);
    body.writeBytes(text);
    body.writeBytes("\"}}".getBytes(UTF_8));
    return body.toByteArray();
  }
}
