package dev.mcpgateway.local.peers;

import io.modelcontextprotocol.common.McpTransportContext;
import io.modelcontextprotocol.server.McpServer;
import io.modelcontextprotocol.server.McpServerFeatures.SyncToolSpecification;
import io.modelcontextprotocol.server.McpSyncServer;
import io.modelcontextprotocol.server.transport.HttpServletStreamableServerTransportProvider;
import io.modelcontextprotocol.spec.McpSchema.CallToolResult;
import io.modelcontextprotocol.spec.McpSchema.ServerCapabilities;
import io.modelcontextprotocol.spec.McpSchema.Tool;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.catalina.LifecycleException;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.startup.Tomcat;
import org.apache.catalina.valves.ValveBase;

/**
 * An MCP server on the official Java SDK (streamable HTTP with sessions) in an embedded Tomcat.
 * Environment: PORT, BIND_ADDRESS, REQUIRED_AUTHORIZATION (whoever does not send it gets a 401).
 * Tools: {@code echo}, {@code headers} (what the server was sent), {@code grow} (adds a tool and
 * notifies).
 */
public final class JavaMcpServer {
  private JavaMcpServer() {}

  public static void main(String[] args) throws IOException, LifecycleException {
    HttpServletStreamableServerTransportProvider transport =
        HttpServletStreamableServerTransportProvider.builder()
            .mcpEndpoint("/mcp")
            .contextExtractor(request -> {
              String session = Objects.requireNonNullElse(request.getHeader("mcp-session-id"), "");
              String tool = Objects.requireNonNullElse(request.getHeader("x-mcp-toolname"), "");
              return McpTransportContext.create(Map.of("session", session, "tool", tool));
            })
            .build();
    AtomicInteger grown = new AtomicInteger();
    McpSyncServer server =
        McpServer.sync(transport)
            .serverInfo("java-sdk", "1.0.0")
            .capabilities(ServerCapabilities.builder().tools(true).build())
            .toolCall(
                tool("echo", Map.of("message", Map.of("type", "string"))),
                (exchange, request) -> text("java:" + request.arguments().get("message")))
            .toolCall(
                tool("headers", Map.of()),
                (exchange, request) ->
                    text(
                        "session=%s tool=%s"
                            .formatted(
                                exchange.transportContext().get("session"),
                                exchange.transportContext().get("tool"))))
            .build();
    server.addTool(
        SyncToolSpecification.builder()
            .tool(tool("grow", Map.of()))
            .callHandler((exchange, request) -> {
              String name = "extra_" + grown.incrementAndGet();
              server.addTool(
                  SyncToolSpecification.builder()
                      .tool(tool(name, Map.of()))
                      .callHandler((e, r) -> text(name))
                      .build());
              return text(name);
            })
            .build());

    Tomcat tomcat = new Tomcat();
    tomcat.setBaseDir(Files.createTempDirectory("mcp-java").toString());
    tomcat.setPort(Integer.parseInt(Objects.requireNonNullElse(System.getenv("PORT"), "9090")));
    var _ =
        tomcat
            .getConnector()
            .setProperty(
                "address", Objects.requireNonNullElse(System.getenv("BIND_ADDRESS"), "127.0.0.1"));
    var context = tomcat.addContext("", null);
    String required = System.getenv("REQUIRED_AUTHORIZATION");
    if (required != null) {
      context.getPipeline().addValve(new Authorized(required));
    }
    var servlet = Tomcat.addServlet(context, "mcp", transport);
    servlet.setAsyncSupported(true);
    servlet.addMapping("/*");
    tomcat.start();
    tomcat.getServer().await();
  }

  /** Lets requests in that carry the one value of the Authorization header. */
  private static final class Authorized extends ValveBase {
    private final String required;

    Authorized(String required) {
      super(true);
      this.required = required;
    }

    @Override
    public void invoke(Request request, Response response) throws IOException, ServletException {
      if (required.equals(request.getHeader("Authorization"))) {
        getNext().invoke(request, response);
      } else {
        response.sendError(HttpServletResponse.SC_UNAUTHORIZED);
      }
    }
  }

  private static Tool tool(String name, Map<String, Object> properties) {
    return Tool.builder(name, Map.of("type", "object", "properties", properties))
        .description(name)
        .build();
  }

  private static CallToolResult text(String text) {
    return CallToolResult.builder().addTextContent(text).build();
  }
}
