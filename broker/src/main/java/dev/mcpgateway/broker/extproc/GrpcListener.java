package dev.mcpgateway.broker.extproc;

import io.grpc.protobuf.services.HealthStatusManager;
import io.helidon.common.socket.SocketOptions;
import io.helidon.webserver.ListenerConfig;
import io.helidon.webserver.grpc.GrpcConfig;
import io.helidon.webserver.grpc.GrpcRouting;
import io.helidon.webserver.http2.Http2Config;
import java.time.Duration;

/**
 * The listener Envoy's ext_proc filter connects to. Helidon's defaults are made for browsers and
 * other strangers; here the only peer is our own Envoy, one connection carries all its requests,
 * and losing it fails all of them. Every setting differs from its default for a measured reason.
 */
public final class GrpcListener {
  /** Name of the listener's socket. */
  public static final String NAME = "ext-proc";

  private static final int KIB = 1024;
  private static final int MIB = 1024 * KIB;

  private GrpcListener() {}

  /**
   * A plaintext HTTP/2 listener with the external processor and the gRPC health service
   * (grpc.health.v1), so that a probe sees this listener and not just the process.
   *
   * @param host address to bind to
   * @param port 0 for any free one
   */
  public static ListenerConfig config(String host, int port, ExtProcService service) {
    return ListenerConfig.builder()
        .name(NAME)
        .host(host)
        .port(port)
        // Nagle's algorithm waits for the peer's delayed acknowledgement: 43 ms to the first
        // response instead of 1.6 ms.
        .connectionOptions(SocketOptions.builder().tcpNoDelay(true).build())
        // Writes of many streams leave in one system call: 11.4k instead of 7.6k streams/s.
        .writeQueueLength(64)
        // The default of 5 min closes a connection whose only stream is a quiet SSE response.
        .idleConnectionTimeout(Duration.ofDays(1))
        // The default of 0.5 s interrupts handlers; ours may wait for a session for 8 s, and Envoy
        // waits 10 s for an answer.
        .shutdownGracePeriod(Duration.ofSeconds(15))
        // After file descriptors have run out the listener never accepts again while the JVM lives.
        // Envoy needs one connection per worker thread.
        .maxTcpConnections(512)
        // HTTP/2 with prior knowledge and nothing else: no upgrade from HTTP/1.1, no other protocol
        // that happens to be on the class path.
        .protocolsDiscoverServices(false)
        .addConnectionSelector(new EnvoyConnections(http2(), grpc()))
        .addRouting(
            GrpcRouting.builder()
                .intercept(new GuardInterceptor())
                .service(service)
                .service(new HealthStatusManager().getHealthService()))
        .build();
  }

  private static Http2Config http2() {
    return Http2Config.builder()
        // With frames of up to a quarter of the window or less, Helidon counts the connection's
        // inbound window in a field that all streams write without synchronisation; it then sends
        // WINDOW_UPDATE with increment 0, which ends the connection. 512 KiB of 1 MiB selects the
        // other strategy.
        .maxFrameSize(512 * KIB)
        .initialWindowSize(MIB)
        // Envoy resets the stream of every request that is done; 50 of them in 10 s count as an
        // attack by default and end the connection.
        .maxRapidResets(-1)
        .build();
  }

  private static GrpcConfig grpc() {
    return GrpcConfig.builder()
        // A larger message than this stalls its stream without a word; Envoy's buffer limit is 1
        // MiB
        // unless raised, and a message is at most 4 MiB here.
        .maxReadBufferSize(16 * MIB)
        // A compressed message that spans several frames stalls its stream.
        .enableCompression(false)
        // Counts calls that ended well only; ours are in ExtProcMetrics.
        .enableMetrics(false)
        .build();
  }
}
