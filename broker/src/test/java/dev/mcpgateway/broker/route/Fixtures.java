package dev.mcpgateway.broker.route;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.mcpgateway.broker.api.config.GatewayConfig;
import dev.mcpgateway.broker.api.config.ServerConfig;
import dev.mcpgateway.broker.api.config.VirtualServerConfig;
import dev.mcpgateway.broker.catalog.Catalog;
import dev.mcpgateway.broker.catalog.CatalogTool;
import dev.mcpgateway.broker.catalog.ToolDefinition;
import dev.mcpgateway.broker.catalog.ToolHints;
import dev.mcpgateway.broker.catalog.ToolHints.Hint;
import dev.mcpgateway.broker.session.KeyRing;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** One gateway, two servers, three tools. */
public final class Fixtures {
  public static final String PUBLIC_HOST = "team-a.example.com";
  public static final String INTERNAL_HOSTS = "*.team-a.mcp.local";
  public static final String PRIVATE_HOST = "team-a-istio.gateway-system.svc.cluster.local:8080";

  public static final ServerConfig WEATHER =
      server("team-a/weather", "http://weather.team-a.svc:9090/v1/mcp?tenant=a", "wx_", null);
  public static final ServerConfig FILES =
      server("team-a/files", "https://files.example.com", "", "Bearer f1les\n");

  public static final CatalogTool NOW =
      tool(
          "wx_now",
          "now",
          WEATHER,
          new ToolHints(Hint.TRUE, Hint.FALSE, Hint.UNSPECIFIED, Hint.TRUE));
  public static final CatalogTool ODD = tool("odd", "ö\r\nx: y", WEATHER, ToolHints.NONE);
  public static final CatalogTool READ = tool("read", "read", FILES, ToolHints.NONE);

  public static final Catalog CATALOG =
      Catalog.of(
          1,
          new GatewayConfig(
              List.of(WEATHER, FILES),
              List.of(new VirtualServerConfig("team-a/weather-only", List.of("wx_now")))),
          List.of(NOW, ODD, READ));

  private static final KeyRing KEYS = new KeyRing(filled(1), filled(2), filled(3));

  private Fixtures() {}

  public static Supplier<KeyRing> keys() {
    return () -> KEYS;
  }

  /** A request's head: pairs of header name and value after the request line. */
  public static RequestHead head(
      String method, String authority, String path, boolean ended, String... headers) {
    RequestHead.Builder head =
        RequestHead.builder()
            .add(":method", method)
            .add(":scheme", "http")
            .add(":authority", authority)
            .add(":path", path);
    for (int i = 0; i < headers.length; i += 2) {
      head.add(headers[i], headers[i + 1]);
    }
    return head.build(ended);
  }

  private static ServerConfig server(
      String name, String url, String prefix, @Nullable String credential) {
    String host = name.substring(name.indexOf('/') + 1) + ".team-a.mcp.local";
    return new ServerConfig(name, url, host, prefix, credential, true);
  }

  private static CatalogTool tool(
      String served, String original, ServerConfig server, ToolHints hints) {
    byte[] definition = "{\"name\":\"%s\"}".formatted(served).getBytes(UTF_8);
    return new CatalogTool(served, original, server, ToolDefinition.of(definition), hints);
  }

  private static byte[] filled(int value) {
    byte[] key = new byte[32];
    Arrays.fill(key, (byte) value);
    return key;
  }

  /** Changes as a map, removals with an empty value. */
  static Map<String, String> flat(HeaderChanges changes) {
    Map<String, String> flat = new TreeMap<>(changes.set());
    changes.remove().forEach(name -> flat.put(name, ""));
    return flat;
  }
}
