package dev.mcpgateway.broker.mcp;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.mcpgateway.broker.api.InternalHeaders;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * Runs the hot path before the first client comes, so that its first requests do not pay for
 * loading and compiling: parse, verify the session, list.
 */
public final class WarmUp {
  private static final int ROUNDS = 500;
  private static final Duration AT_MOST = Duration.ofSeconds(2);

  private WarmUp() {}

  /** Blocks at most two seconds. */
  public static void run(McpDispatcher dispatcher) {
    long deadline = System.nanoTime() + AT_MOST.toNanos();
    byte[] initialize =
        """
        {"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-11-25",\
        "capabilities":{},"clientInfo":{"name":"warm-up","version":"1"}}}\
        """
            .getBytes(UTF_8);
    byte[] list = "{\"jsonrpc\":\"2.0\",\"id\":2,\"method\":\"tools/list\"}".getBytes(UTF_8);
    for (int i = 0; i < ROUNDS && System.nanoTime() < deadline; i++) {
      McpReply opened = dispatcher.post(new RequestHeaders(Map.of()), initialize);
      String session = String.valueOf(opened.sessionId());
      var _ =
          dispatcher.post(
              new RequestHeaders(Map.of(InternalHeaders.SESSION_ID, List.of(session))), list);
    }
  }
}
