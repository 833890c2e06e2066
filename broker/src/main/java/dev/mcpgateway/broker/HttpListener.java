package dev.mcpgateway.broker;

import com.sun.management.UnixOperatingSystemMXBean;
import dev.mcpgateway.broker.http.ConnectionCloser;
import dev.mcpgateway.broker.mcp.McpRoutes;
import dev.mcpgateway.broker.push.PushRoutes;
import dev.mcpgateway.broker.status.Lifecycle;
import dev.mcpgateway.broker.status.ManagementRoutes;
import dev.mcpgateway.broker.status.StatusRoutes;
import dev.mcpgateway.broker.wire.JsonLimits;
import io.helidon.common.socket.SocketOptions;
import io.helidon.webserver.WebServerConfig;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http1.Http1Config;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The listener for {@code /mcp} and for what the cluster asks, with its limits. */
final class HttpListener {
  private static final int KIB = 1024;

  /** Left for everything that is no client: servers, Envoy, files. */
  private static final int RESERVED_FILES = 2048;

  private static final Logger log = LoggerFactory.getLogger(HttpListener.class);

  private HttpListener() {}

  /** Configures the server's first socket. */
  static void configure(WebServerConfig.Builder server, BrokerSettings settings) {
    server
        .host(settings.bindAddress())
        .port(settings.httpPort())
        // The process stops in an order of its own.
        .shutdownHook(false)
        // Half a second by default, which interrupts what runs.
        .shutdownGracePeriod(settings.grace())
        // Nagle's algorithm delays small answers by the peer's delayed acknowledgement.
        .connectionOptions(SocketOptions.builder().tcpNoDelay(true).build())
        // Unlimited by default, and a listener that runs out of files never accepts again.
        .maxTcpConnections(maxConnections(settings.httpMaxConnections()))
        // Unlimited by default, and what no route reads the server reads to the end. The reader of
        // messages stops much earlier, with an answer in JSON-RPC.
        .maxPayloadSize(16L * JsonLimits.MAX_BYTES)
        // A quiet stream writes heartbeats; this is for connections between two requests.
        .idleConnectionTimeout(Duration.ofMinutes(5))
        // HTTP/1.1 only, as Envoy speaks it here: Helidon's HTTP/2 needs the settings of the other
        // listener and says no goodbye when it stops.
        .protocolsDiscoverServices(false)
        .addProtocol(
            Http1Config.builder()
                // 16 KiB by default: tokens and cookies of real clients are larger together.
                .maxHeadersSize(64 * KIB)
                .build());
  }

  /** All routes. */
  static HttpRouting.Builder routing(
      McpRoutes mcp,
      PushRoutes push,
      StatusRoutes status,
      ManagementRoutes management,
      Lifecycle lifecycle) {
    return HttpRouting.builder()
        .addFilter(new ConnectionCloser(lifecycle::isDraining))
        .register("/mcp", mcp)
        .register("/push", push)
        .register("/status", status)
        .register("/", management);
  }

  private static int maxConnections(int wanted) {
    if (!(ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean os)) {
      return wanted;
    }
    long possible = Math.max(16, os.getMaxFileDescriptorCount() - RESERVED_FILES);
    if (possible >= wanted) {
      return wanted;
    }
    log.atWarn()
        .addKeyValue("wanted", wanted)
        .addKeyValue("connections", possible)
        .log("The limit of open files allows fewer connections than http.max-connections");
    return (int) possible;
  }
}
