package dev.mcpgateway.broker.mcp;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.mcpgateway.broker.api.config.GatewayConfig;
import dev.mcpgateway.broker.api.config.ServerConfig;
import dev.mcpgateway.broker.api.config.VirtualServerConfig;
import dev.mcpgateway.broker.catalog.Catalog;
import dev.mcpgateway.broker.catalog.CatalogTool;
import dev.mcpgateway.broker.catalog.LiveCatalog;
import dev.mcpgateway.broker.catalog.ToolDefinition;
import dev.mcpgateway.broker.catalog.ToolHints;
import dev.mcpgateway.broker.fake.MutableClock;
import dev.mcpgateway.broker.fake.RawHttp;
import dev.mcpgateway.broker.fake.RawHttp.Answer;
import dev.mcpgateway.broker.http.ConnectionCloser;
import dev.mcpgateway.broker.route.GatewayHosts;
import dev.mcpgateway.broker.route.OriginRule;
import dev.mcpgateway.broker.session.KeyRing;
import dev.mcpgateway.broker.session.SessionTokens;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.http1.Http1Config;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** {@code /mcp} on a free port, over a catalogue the test writes. */
final class McpEdge implements AutoCloseable {
  static final ServerConfig SERVER =
      new ServerConfig("team-a/wx", "http://wx/mcp", "wx.mcp.local", "", null, true);
  static final Duration LIFETIME = Duration.ofHours(1);

  final LiveCatalog catalog = new LiveCatalog();
  final MutableClock clock = new MutableClock(Instant.parse("2026-11-22T10:00:00Z"));
  final List<String> endedSessions = new CopyOnWriteArrayList<>();
  final EventStreams streams = new EventStreams(3);
  final PrometheusMeterRegistry meters = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final McpRoutes routes;
  private final WebServer server;

  McpEdge(Duration heartbeat) {
    KeyRing keys = new KeyRing(key(1), key(2), key(3));
    ClientSessions sessions =
        new ClientSessions(new SessionTokens(() -> keys, "gw.example.com", LIFETIME, clock), clock);
    GatewayHosts hosts = new GatewayHosts("gw.example.com", "*.mcp.local", "gw.internal:8080");
    routes =
        new McpRoutes(
            new McpRoutes.Options(
                "gw.example.com",
                new OriginRule(hosts, List.of("https://app.example.com")),
                heartbeat,
                endedSessions::add),
            new McpDispatcher(catalog, sessions, "1.2.3"),
            sessions,
            streams,
            new McpMetrics(meters, sessions, streams),
            clock);
    catalog.onListChange(streams::announceListChange);
    server =
        WebServer.builder()
            .host("127.0.0.1")
            .port(0)
            .shutdownHook(false)
            .protocolsDiscoverServices(false)
            .addProtocol(Http1Config.create())
            .routing(routing ->
                routing.addFilter(new ConnectionCloser(() -> false)).register("/mcp", routes))
            .build()
            .start();
  }

  int port() {
    return server.port();
  }

  /** Serves these tools, and the virtual server {@code team-a/subset} with the first of them. */
  void serve(String... names) {
    List<VirtualServerConfig> subset =
        List.of(new VirtualServerConfig("team-a/subset", List.of("a", "not-there")));
    catalog.publish(
        Catalog.of(
            catalog.get().generation() + 1,
            new GatewayConfig(List.of(SERVER), subset),
            Arrays.stream(names).map(McpEdge::tool).toList()));
  }

  /** Posts a message as a well-behaved client does, with more headers. */
  Answer post(String body, String... headers) throws IOException {
    List<String> all =
        new ArrayList<>(
            List.of(
                "Host: gw.example.com",
                "Content-Type: application/json",
                "Accept: application/json, text/event-stream"));
    all.addAll(List.of(headers));
    return RawHttp.send(port(), "POST /mcp", all, body.getBytes(UTF_8));
  }

  /** Opens a session and gives its header line. */
  String session() throws IOException {
    Answer answer = post(request("initialize", "{\"protocolVersion\":\"2025-11-25\"}"));
    return "Mcp-Session-Id: " + answer.header("Mcp-Session-Id");
  }

  static String request(String method, String params) {
    return "{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"%s\",\"params\":%s}"
        .formatted(method, params);
  }

  @Override
  public void close() {
    streams.endAll();
    server.stop();
    routes.close();
  }

  private static CatalogTool tool(String name) {
    return new CatalogTool(
        name,
        name,
        SERVER,
        ToolDefinition.of("{\"name\":\"%s\",\"x\":1.10}".formatted(name).getBytes(UTF_8)),
        ToolHints.NONE);
  }

  private static byte[] key(int fill) {
    byte[] key = new byte[32];
    Arrays.fill(key, (byte) fill);
    return key;
  }
}
