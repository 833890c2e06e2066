package dev.mcpgateway.broker.wire;

import org.jspecify.annotations.Nullable;

/** What {@link MessageParser} made of some bytes. */
public sealed interface ParseResult {

  /** A well-formed message. */
  record Parsed(JsonRpcMessage message) implements ParseResult {}

  /**
   * Not a message.
   *
   * @param code {@link JsonRpcErrors#PARSE_ERROR} or {@link JsonRpcErrors#INVALID_REQUEST}
   * @param reason says what is wrong without quoting the input
   * @param id the request's id when it could be read, to be echoed in the error
   */
  record Malformed(int code, String reason, @Nullable JsonRpcId id) implements ParseResult {}
}
