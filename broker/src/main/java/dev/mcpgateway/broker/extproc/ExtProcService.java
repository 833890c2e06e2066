package dev.mcpgateway.broker.extproc;

import io.envoyproxy.envoy.service.ext_proc.v3.ExternalProcessorGrpc.ExternalProcessorImplBase;
import io.envoyproxy.envoy.service.ext_proc.v3.ProcessingRequest;
import io.envoyproxy.envoy.service.ext_proc.v3.ProcessingResponse;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.micrometer.core.instrument.MeterRegistry;

/** Envoy's external processor (envoy.service.ext_proc.v3.ExternalProcessor). */
public final class ExtProcService extends ExternalProcessorImplBase {
  private final RouterParts parts;
  private final ExtProcMetrics metrics;

  /** A processor for one gateway instance. */
  public ExtProcService(RouterParts parts, MeterRegistry meters) {
    this.parts = parts;
    this.metrics = new ExtProcMetrics(meters);
  }

  @Override
  public StreamObserver<ProcessingRequest> process(StreamObserver<ProcessingResponse> out) {
    RequestStream stream = new RequestStream(out, new RequestPhases(parts), metrics);
    if (out instanceof ServerCallStreamObserver<ProcessingResponse> call) {
      // With a handler, writing to a stream that is gone is ignored instead of thrown.
      call.setOnCancelHandler(stream::cancelled);
    }
    StreamThreads.onEnd(stream::cancelled);
    return stream;
  }
}
