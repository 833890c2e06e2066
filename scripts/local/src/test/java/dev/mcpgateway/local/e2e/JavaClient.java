package dev.mcpgateway.local.e2e;

import io.modelcontextprotocol.client.McpClient;
import io.modelcontextprotocol.client.McpSyncClient;
import io.modelcontextprotocol.client.transport.HttpClientStreamableHttpTransport;
import io.modelcontextprotocol.spec.McpSchema;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/** The official Java SDK's client with an open notification stream. */
final class JavaClient implements AutoCloseable {
  private final McpSyncClient client;
  private final AtomicInteger listChanges = new AtomicInteger();

  JavaClient(URI gateway, String host) {
    client =
        McpClient.sync(
                HttpClientStreamableHttpTransport.builder(gateway.toString())
                    .endpoint("/mcp")
                    .openConnectionOnStartup(true)
                    .addHttpRequestCustomizer(
                        (request, method, uri, body, context) -> request.header("Host", host))
                    .build())
            .requestTimeout(Duration.ofSeconds(20))
            .toolsChangeConsumer(tools -> listChanges.incrementAndGet())
            .build();
    client.initialize();
  }

  List<String> tools() {
    return client.listTools().tools().stream().map(McpSchema.Tool::name).toList();
  }

  String call(String tool, Map<String, Object> arguments) {
    McpSchema.CallToolResult result =
        client.callTool(McpSchema.CallToolRequest.builder(tool).arguments(arguments).build());
    return String.valueOf(result.content());
  }

  /** How often the gateway has said that the list of tools changed. */
  int listChanges() {
    return listChanges.get();
  }

  @Override
  public void close() {
    client.closeGracefully();
  }
}
