package dev.mcpgateway.broker.wire;

import org.jspecify.annotations.Nullable;

/**
 * One JSON-RPC 2.0 message of MCP (2025-11-25 §Base Protocol/Messages). Arrays of messages do not
 * exist here: batching was removed with 2025-06-18.
 */
public sealed interface JsonRpcMessage {

  /** Expects a {@link Response} with the same id. */
  record Request(JsonRpcId id, String method, Params params) implements JsonRpcMessage {}

  /** Expects nothing. */
  record Notification(String method, Params params) implements JsonRpcMessage {}

  /**
   * Answers a request.
   *
   * @param id absent only in an error about a message whose id could not be read
   * @param failed whether {@code body} is the member {@code error} and not {@code result}
   * @param body the member's value
   */
  record Response(@Nullable JsonRpcId id, boolean failed, RawJson body) implements JsonRpcMessage {}
}
