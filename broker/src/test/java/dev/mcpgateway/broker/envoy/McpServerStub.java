package dev.mcpgateway.broker.envoy;

import com.sun.net.httpserver.HttpExchange;
import dev.mcpgateway.broker.envoy.HttpStub.Arrived;
import java.io.IOException;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** An MCP server with sessions, as far as a routed call needs one (MCP 2025-11-25). */
final class McpServerStub implements HttpStub.Answer {
  final Set<String> sessions = ConcurrentHashMap.newKeySet();
  final AtomicInteger initialized = new AtomicInteger();

  @Override
  public void to(Arrived request, HttpExchange http) throws IOException {
    if (request.body().contains("\"initialize\"")) {
      String session = "server-session-" + initialized.incrementAndGet();
      sessions.add(session);
      http.getResponseHeaders().set("Mcp-Session-Id", session);
      HttpStub.json(
          http,
          200,
          "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{\"protocolVersion\":\"2025-06-18\",\"capabilities\":{},\"serverInfo\":{\"name\":\"stub\",\"version\":\"1\"}}}");
      return;
    }
    String session = request.header("mcp-session-id");
    if (!sessions.contains(session)) {
      HttpStub.json(http, 404, "{}");
    } else if (request.method().equals("DELETE")) {
      sessions.remove(session);
      HttpStub.json(http, 200, "");
    } else if (request.body().contains("notifications/")) {
      HttpStub.json(http, 202, "");
    } else {
      http.getResponseHeaders().set("Mcp-Session-Id", session);
      HttpStub.json(http, 200, "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{\"content\":[]}}");
    }
  }
}
