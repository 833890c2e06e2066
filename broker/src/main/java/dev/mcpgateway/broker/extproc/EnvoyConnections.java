package dev.mcpgateway.broker.extproc;

import io.helidon.common.buffers.BufferData;
import io.helidon.common.concurrency.limits.Limit;
import io.helidon.common.task.InterruptableTask;
import io.helidon.webserver.ConnectionContext;
import io.helidon.webserver.grpc.GrpcConfig;
import io.helidon.webserver.grpc.GrpcProtocolSelector;
import io.helidon.webserver.http2.Http2Config;
import io.helidon.webserver.http2.Http2ConnectionSelector;
import io.helidon.webserver.spi.ServerConnection;
import io.helidon.webserver.spi.ServerConnectionSelector;
import java.time.Duration;
import java.util.Set;

/**
 * Helidon's HTTP/2 connections, repaired in two places (4.5.0; both can go with a version that has
 * the repairs):
 *
 * <ul>
 *   <li>{@link SettingsFilter}: Helidon loses Envoy's window size, so every answer beyond 64 KiB
 *       stalls (helidon-io/helidon issue 12196, repaired after 4.5.0);
 *   <li>{@link StreamThreads}: when a connection is lost, Helidon leaves the thread of every stream
 *       on it waiting for ever and tells nobody.
 * </ul>
 */
final class EnvoyConnections implements ServerConnectionSelector {
  private final Http2ConnectionSelector http2;

  EnvoyConnections(Http2Config http2, GrpcConfig grpc) {
    this.http2 =
        Http2ConnectionSelector.builder()
            .http2Config(http2)
            .addSubProtocolSelector(GrpcProtocolSelector.create(grpc))
            .build();
  }

  @Override
  public int bytesToIdentifyConnection() {
    return http2.bytesToIdentifyConnection();
  }

  @Override
  public Support supports(BufferData data) {
    return http2.supports(data);
  }

  @Override
  public Set<String> supportedApplicationProtocols() {
    return http2.supportedApplicationProtocols();
  }

  @Override
  public ServerConnection connection(ConnectionContext context) {
    StreamThreads streams = new StreamThreads(context.executor());
    return new Connection(http2.connection(new EnvoyContext(context, streams)), streams);
  }

  private record Connection(ServerConnection delegate, StreamThreads streams)
      implements ServerConnection, InterruptableTask<Void> {
    @Override
    public void handle(Limit limit) throws InterruptedException {
      try {
        delegate.handle(limit);
      } finally {
        streams.interruptAll();
      }
    }

    @Override
    public Duration idleTime() {
      return delegate.idleTime();
    }

    @Override
    public void close(boolean interrupt) {
      delegate.close(interrupt);
    }

    @Override
    public boolean canInterrupt() {
      return delegate instanceof InterruptableTask<?> task && task.canInterrupt();
    }
  }
}
