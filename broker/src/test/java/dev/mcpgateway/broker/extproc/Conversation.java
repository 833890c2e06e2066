package dev.mcpgateway.broker.extproc;

import static org.assertj.core.api.Assertions.assertThat;

import io.envoyproxy.envoy.service.ext_proc.v3.ExternalProcessorGrpc;
import io.envoyproxy.envoy.service.ext_proc.v3.ProcessingRequest;
import io.envoyproxy.envoy.service.ext_proc.v3.ProcessingResponse;
import io.grpc.Channel;
import io.grpc.Status;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One ext_proc stream from Envoy's side; closing it resets the stream, as Envoy does. After the
 * last answer of a stream its end has to be awaited: grpc-java, unlike Envoy, resets a stream a
 * second time when trailers cross its first reset, and Helidon closes the connection on a reset of
 * a stream it has forgotten.
 */
final class Conversation implements AutoCloseable {
  private static final long PATIENCE_SECONDS = 10;

  private final BlockingQueue<Event> events = new LinkedBlockingQueue<>();
  private final ClientCallStreamObserver<ProcessingRequest> call;

  private sealed interface Event {}

  private record Answered(ProcessingResponse response) implements Event {}

  private record Ended(Status status) implements Event {}

  Conversation(Channel channel) {
    this(channel, null);
  }

  Conversation(Channel channel, @Nullable String compression) {
    ExternalProcessorGrpc.ExternalProcessorStub stub = ExternalProcessorGrpc.newStub(channel);
    call =
        (ClientCallStreamObserver<ProcessingRequest>)
            (compression == null ? stub : stub.withCompression(compression))
                .process(
                    new ClientResponseObserver<ProcessingRequest, ProcessingResponse>() {
                      @Override
                      public void beforeStart(ClientCallStreamObserver<ProcessingRequest> call) {}

                      @Override
                      public void onNext(ProcessingResponse response) {
                        events.add(new Answered(response));
                      }

                      @Override
                      public void onError(Throwable t) {
                        events.add(new Ended(Status.fromThrowable(t)));
                      }

                      @Override
                      public void onCompleted() {
                        events.add(new Ended(Status.OK));
                      }
                    });
  }

  void send(ProcessingRequest message) {
    call.onNext(message);
  }

  ProcessingResponse ask(ProcessingRequest message) throws InterruptedException {
    send(message);
    Event event = next();
    assertThat(event).isInstanceOf(Answered.class);
    return ((Answered) event).response();
  }

  void expectCompleted() throws InterruptedException {
    assertThat(next()).isEqualTo(new Ended(Status.OK));
  }

  Status expectFailure() throws InterruptedException {
    Event event = next();
    assertThat(event).isInstanceOf(Ended.class);
    return ((Ended) event).status();
  }

  @Override
  public void close() {
    call.cancel("the request is done", null);
  }

  private Event next() throws InterruptedException {
    Event event = events.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
    if (event == null) {
      throw new AssertionError("nothing came: Envoy would run into its timeout");
    }
    return event;
  }
}
