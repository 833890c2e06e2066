package dev.mcpgateway.local.e2e;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * MCP as bytes on HTTP, for what a well-behaved client never sends. Names its host like any client
 * of the gateway.
 */
final class McpHttp implements AutoCloseable {
  static final String INITIALIZE =
      """
      {"jsonrpc":"2.0","id":"init","method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{},\
      "clientInfo":{"name":"e2e","version":"1"}}}\
      """;

  private final HttpClient client =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(5))
          .build();
  private final URI endpoint;
  private final String host;

  McpHttp(URI gateway, String host) {
    this.endpoint = gateway.resolve("/mcp");
    this.host = host;
  }

  HttpResponse<String> post(String body, @Nullable String session, String... headers)
      throws IOException, InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(endpoint)
            .timeout(Duration.ofSeconds(20))
            .header("Host", host)
            .header("Content-Type", "application/json")
            .header("Accept", "application/json, text/event-stream")
            .POST(HttpRequest.BodyPublishers.ofString(body));
    if (session != null) {
      request.header("Mcp-Session-Id", session).header("MCP-Protocol-Version", "2025-11-25");
    }
    if (headers.length > 0) {
      request.headers(headers);
    }
    return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  /** Opens a session and returns its id. */
  String open() throws IOException, InterruptedException {
    HttpResponse<String> answer = post(INITIALIZE, null);
    Optional<String> session = answer.headers().firstValue("mcp-session-id");
    if (answer.statusCode() != 200 || session.isEmpty()) {
      throw new IOException("initialize: " + answer.statusCode() + " " + answer.body());
    }
    post("{\"jsonrpc\":\"2.0\",\"method\":\"notifications/initialized\"}", session.get());
    return session.get();
  }

  /** A tools/call; the answer may be JSON or an event stream. */
  HttpResponse<String> call(String session, String tool, String arguments)
      throws IOException, InterruptedException {
    return post(
        "{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"tools/call\",\"params\":{\"name\":\"%s\",\"arguments\":%s}}"
            .formatted(tool, arguments),
        session);
  }

  HttpResponse<String> list(String session) throws IOException, InterruptedException {
    return post("{\"jsonrpc\":\"2.0\",\"id\":8,\"method\":\"tools/list\"}", session);
  }

  HttpResponse<String> delete(String session) throws IOException, InterruptedException {
    return client.send(
        HttpRequest.newBuilder(endpoint)
            .timeout(Duration.ofSeconds(20))
            .header("Host", host)
            .header("Mcp-Session-Id", session)
            .DELETE()
            .build(),
        HttpResponse.BodyHandlers.ofString());
  }

  @Override
  public void close() {
    client.shutdownNow();
  }
}
