package dev.mcpgateway.broker;

import com.google.protobuf.ByteString;
import dev.mcpgateway.broker.extproc.ExtProcService;
import dev.mcpgateway.broker.extproc.RouterParts;
import io.envoyproxy.envoy.config.core.v3.HeaderMap;
import io.envoyproxy.envoy.config.core.v3.HeaderValue;
import io.envoyproxy.envoy.service.ext_proc.v3.HttpBody;
import io.envoyproxy.envoy.service.ext_proc.v3.HttpHeaders;
import io.envoyproxy.envoy.service.ext_proc.v3.ProcessingRequest;
import io.envoyproxy.envoy.service.ext_proc.v3.ProcessingResponse;
import io.grpc.stub.StreamObserver;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.Map;

/**
 * Routes calls of a tool nobody has before the first client comes, so that its first calls do not
 * pay for loading and compiling. Counted nowhere, and no server hears of it.
 */
final class RouterWarmUp {
  private static final int ROUNDS = 500;
  private static final Duration AT_MOST = Duration.ofSeconds(2);

  private RouterWarmUp() {}

  /**
   * Blocks at most two seconds.
   *
   * @param session a good session id
   */
  static void run(RouterParts parts, String publicHost, String session) {
    ExtProcService service = new ExtProcService(parts, new SimpleMeterRegistry());
    ProcessingRequest head = head(publicHost, session);
    ProcessingRequest body = body();
    long deadline = System.nanoTime() + AT_MOST.toNanos();
    for (int i = 0; i < ROUNDS && System.nanoTime() < deadline; i++) {
      StreamObserver<ProcessingRequest> stream = service.process(new Ignored());
      stream.onNext(head);
      stream.onNext(body);
      stream.onCompleted();
    }
  }

  private static ProcessingRequest head(String publicHost, String session) {
    HeaderMap.Builder headers = HeaderMap.newBuilder();
    Map.of(
            ":method", "POST",
            ":path", "/mcp",
            ":authority", publicHost,
            "content-type", "application/json",
            "accept", "application/json, text/event-stream",
            "mcp-session-id", session)
        .forEach((name, value) ->
            headers.addHeaders(
                HeaderValue.newBuilder().setKey(name).setRawValue(ByteString.copyFromUtf8(value))));
    return ProcessingRequest.newBuilder()
        .setRequestHeaders(HttpHeaders.newBuilder().setHeaders(headers))
        .build();
  }

  private static ProcessingRequest body() {
    String call =
        """
        {"jsonrpc":"2.0","id":1,"method":"tools/call",\
        "params":{"name":"\\u0000","arguments":{"city":"Zürich"}}}\
        """;
    return ProcessingRequest.newBuilder()
        .setRequestBody(
            HttpBody.newBuilder().setBody(ByteString.copyFromUtf8(call)).setEndOfStream(true))
        .build();
  }

  private static final class Ignored implements StreamObserver<ProcessingResponse> {
    @Override
    public void onNext(ProcessingResponse response) {}

    @Override
    public void onError(Throwable error) {}

    @Override
    public void onCompleted() {}
  }
}
