package dev.mcpgateway.broker.extproc;

import io.envoyproxy.envoy.service.ext_proc.v3.ExternalProcessorGrpc;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.Status;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** An ext_proc stream whose messages are any bytes. */
final class RawConversation implements AutoCloseable {
  private static final MethodDescriptor<byte[], byte[]> METHOD =
      MethodDescriptor.newBuilder(new Bytes(), new Bytes())
          .setType(MethodType.BIDI_STREAMING)
          .setFullMethodName(ExternalProcessorGrpc.getProcessMethod().getFullMethodName())
          .build();

  private final BlockingQueue<Status> ends = new LinkedBlockingQueue<>();
  private final ClientCall<byte[], byte[]> call;

  RawConversation(Channel channel) {
    call = channel.newCall(METHOD, CallOptions.DEFAULT);
    call.start(
        new ClientCall.Listener<>() {
          @Override
          public void onClose(Status status, Metadata trailers) {
            ends.add(status);
          }
        },
        new Metadata());
    call.request(10);
  }

  void send(byte[] message) {
    call.sendMessage(message);
  }

  Status expectEnd() throws InterruptedException {
    Status status = ends.poll(10, TimeUnit.SECONDS);
    if (status == null) {
      throw new AssertionError("the stream hangs");
    }
    return status;
  }

  @Override
  public void close() {
    call.cancel("done", null);
  }

  private static final class Bytes implements MethodDescriptor.Marshaller<byte[]> {
    @Override
    public InputStream stream(byte[] value) {
      return new ByteArrayInputStream(value);
    }

    @Override
    public byte[] parse(InputStream stream) {
      try {
        return stream.readAllBytes();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
