package dev.mcpgateway.local.network;

import com.google.protobuf.InvalidProtocolBufferException;
import io.envoyproxy.envoy.service.discovery.v3.AggregatedDiscoveryServiceGrpc;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryResponse;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/**
 * Stands between the Envoys and their control plane (ADS, state of the world) and passes everything
 * on as it is, except for addresses ({@link XdsRewriter}).
 */
public final class XdsProxy implements AutoCloseable {
  private static final int LIMIT_BYTES = 64 << 20;

  private final ManagedChannel controlPlane;
  private final Server server;
  private final XdsRewriter rewriter;

  public XdsProxy(int controlPlanePort, AddressMap addresses, ClusterDns dns) throws IOException {
    this.rewriter = new XdsRewriter(addresses, dns);
    this.controlPlane =
        NettyChannelBuilder.forAddress("127.0.0.1", controlPlanePort)
            .usePlaintext()
            .maxInboundMessageSize(LIMIT_BYTES)
            .build();
    this.server =
        NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0))
            .addService(new Ads())
            .build()
            .start();
  }

  public int port() {
    return server.getPort();
  }

  @Override
  public void close() {
    server.shutdownNow();
    controlPlane.shutdownNow();
  }

  private final class Ads
      extends AggregatedDiscoveryServiceGrpc.AggregatedDiscoveryServiceImplBase {
    @Override
    public StreamObserver<DiscoveryRequest> streamAggregatedResources(
        StreamObserver<DiscoveryResponse> envoy) {
      return new Stream(envoy);
    }
  }

  /** One Envoy's stream. */
  private final class Stream implements StreamObserver<DiscoveryRequest> {
    private final StreamObserver<DiscoveryRequest> upstream;
    private volatile String own = "127.0.0.1";

    Stream(StreamObserver<DiscoveryResponse> envoy) {
      upstream =
          AggregatedDiscoveryServiceGrpc.newStub(controlPlane)
              .streamAggregatedResources(
                  new StreamObserver<DiscoveryResponse>() {
                    @Override
                    public void onNext(DiscoveryResponse response) {
                      try {
                        envoy.onNext(rewriter.rewrite(response, own));
                      } catch (InvalidProtocolBufferException e) {
                        envoy.onError(Status.DATA_LOSS.withCause(e).asRuntimeException());
                      }
                    }

                    @Override
                    public void onError(Throwable t) {
                      envoy.onError(t);
                    }

                    @Override
                    public void onCompleted() {
                      envoy.onCompleted();
                    }
                  });
    }

    @Override
    public void onNext(DiscoveryRequest request) {
      if (!request.getNode().getId().isEmpty()) {
        own = rewriter.ownAddress(request.getNode().getId());
      }
      upstream.onNext(request);
    }

    @Override
    public void onError(Throwable t) {
      upstream.onError(t);
    }

    @Override
    public void onCompleted() {
      upstream.onCompleted();
    }
  }
}
