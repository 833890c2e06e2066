package dev.mcpgateway.broker.extproc;

import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCall.Listener;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;

/**
 * Makes Helidon answer calls it gives up. When it cannot read a message, because it is malformed,
 * too large or its handler threw, it cancels the call on its side and sends nothing; Envoy would
 * wait for its timeout and answer 504. Closing the call sends the trailers at once.
 */
final class GuardInterceptor implements ServerInterceptor {
  @Override
  public <Q, A> Listener<Q> interceptCall(
      ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
    return new SimpleForwardingServerCallListener<>(next.startCall(call, headers)) {
      @Override
      public void onCancel() {
        try {
          super.onCancel();
        } finally {
          if (!call.isCancelled()) {
            call.close(
                Status.INTERNAL.withDescription("the message cannot be read"), new Metadata());
          }
        }
      }
    };
  }
}
