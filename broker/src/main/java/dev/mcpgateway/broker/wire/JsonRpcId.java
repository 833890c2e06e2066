package dev.mcpgateway.broker.wire;

/**
 * A request id exactly as it was sent (JSON-RPC 2.0 §4; MCP basic protocol: string or integer,
 * never null): {@code 1}, {@code "1"} and {@code 9007199254740993} stay what they are.
 *
 * @param json the raw JSON value, a string with its quotes or an integer
 */
public record JsonRpcId(String json) {
  /** An id of our own. */
  public static JsonRpcId of(long number) {
    return new JsonRpcId(Long.toString(number));
  }
}
