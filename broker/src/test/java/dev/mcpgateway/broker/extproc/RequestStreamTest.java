package dev.mcpgateway.broker.extproc;

import static dev.mcpgateway.broker.route.Fixtures.PUBLIC_HOST;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpgateway.broker.route.Fixtures;
import io.envoyproxy.envoy.service.ext_proc.v3.ProcessingRequest;
import io.envoyproxy.envoy.service.ext_proc.v3.ProcessingRequest.RequestCase;
import io.envoyproxy.envoy.service.ext_proc.v3.ProcessingResponse;
import io.envoyproxy.envoy.service.ext_proc.v3.ProcessingResponse.ResponseCase;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Row X03: exactly one response per message, whatever legal sequence comes, and seeded. */
class RequestStreamTest {
  private final TestRouter router = new TestRouter();
  private final List<String> sessions = List.of(router.session(), router.session(), "forged", "");

  @Test
  void everyMessageOfALegalSequenceHasExactlyOneAnswer() {
    for (long seed = 0; seed < 2_000; seed++) {
      Random random = new Random(seed);
      boolean fault = seed % 500 == 7;
      router.catalog =
          () -> {
            if (fault) {
              throw new IllegalStateException("a fault of ours");
            }
            return Fixtures.CATALOG;
          };
      Recorder out = new Recorder();
      StreamObserver<ProcessingRequest> stream = router.service.process(out);
      for (ProcessingRequest message : legalSequence(random)) {
        int before = out.responses.size();
        boolean open = !out.ended();
        stream.onNext(message);
        assertThat(out.responses).as("seed %d", seed).hasSize(before + (open ? 1 : 0));
        if (open) {
          assertThat(out.responses.getLast().getResponseCase())
              .as("seed %d", seed)
              .isIn(answerTo(message.getRequestCase()), ResponseCase.IMMEDIATE_RESPONSE);
        }
        if (!out.ended() && random.nextInt(20) == 0) {
          stream.onError(Status.CANCELLED.asRuntimeException());
          break;
        }
      }
      stream.onCompleted();
      assertThat(out.failure).as("seed %d", seed).isNull();
      assertThat(router.openStreams()).as("seed %d", seed).isZero();
    }
  }

  @Test
  void anIllegalSequenceIsRefusedAndNothingIsAnsweredAfterIt() {
    List<ProcessingRequest> messages =
        List.of(
            Messages.post(sessions.getFirst()),
            Messages.call("wx_now"),
            Messages.response(200),
            Messages.responseBody(),
            Messages.requestTrailers(),
            Messages.responseTrailers(),
            ProcessingRequest.getDefaultInstance());
    for (long seed = 0; seed < 2_000; seed++) {
      Random random = new Random(seed);
      Recorder out = new Recorder();
      StreamObserver<ProcessingRequest> stream = router.service.process(out);
      for (int i = 0; i < 6; i++) {
        int before = out.responses.size();
        boolean open = !out.ended();
        stream.onNext(messages.get(random.nextInt(messages.size())));
        int answers = out.responses.size() - before;
        assertThat(answers).as("seed %d", seed).isEqualTo(open && out.failure == null ? 1 : 0);
      }
      stream.onCompleted();
      assertThat(router.openStreams()).as("seed %d", seed).isZero();
      if (out.failure != null) {
        assertThat(Status.fromThrowable(out.failure).getCode())
            .isEqualTo(Status.Code.INVALID_ARGUMENT);
      }
    }
  }

  private List<ProcessingRequest> legalSequence(Random random) {
    List<ProcessingRequest> messages = new ArrayList<>();
    String[] authorities = {
      PUBLIC_HOST, "weather.team-a.mcp.local", "elsewhere.example.com", "", "team-a-istio:1"
    };
    boolean ended = random.nextInt(4) == 0;
    messages.add(
        Messages.head(
            new String[] {"POST", "POST", "POST", "GET", "DELETE", ""}[random.nextInt(6)],
            authorities[Math.max(0, random.nextInt(9) - 4)],
            new String[] {"/mcp", "/mcp", "/mcp", "/status", ""}[random.nextInt(5)],
            ended,
            "content-type",
            random.nextInt(10) == 0 ? "text/plain" : "application/json",
            "mcp-session-id",
            sessions.get(random.nextInt(sessions.size()))));
    if (!ended) {
      messages.add(
          switch (random.nextInt(6)) {
            case 0 -> Messages.body(noise(random));
            case 1 -> Messages.body("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/list\"}");
            case 2 -> Messages.call("unknown");
            case 3 -> Messages.call("odd");
            default -> Messages.call("wx_now");
          });
      if (random.nextInt(5) == 0) {
        messages.add(Messages.requestTrailers());
      }
    }
    int[] statuses = {200, 202, 400, 401, 404, 500};
    messages.add(
        Messages.response(
            statuses[random.nextInt(statuses.length)], "mcp-session-id", "backend-x"));
    return messages;
  }

  private static byte[] noise(Random random) {
    byte[] noise = new byte[random.nextInt(40)];
    random.nextBytes(noise);
    return noise;
  }

  private static ResponseCase answerTo(RequestCase message) {
    return switch (message) {
      case REQUEST_HEADERS -> ResponseCase.REQUEST_HEADERS;
      case REQUEST_BODY -> ResponseCase.REQUEST_BODY;
      case REQUEST_TRAILERS -> ResponseCase.REQUEST_TRAILERS;
      case RESPONSE_HEADERS -> ResponseCase.RESPONSE_HEADERS;
      case RESPONSE_BODY, RESPONSE_TRAILERS, REQUEST_NOT_SET -> ResponseCase.RESPONSE_NOT_SET;
    };
  }

  private static final class Recorder implements StreamObserver<ProcessingResponse> {
    private final List<ProcessingResponse> responses = new ArrayList<>();
    private @Nullable Throwable failure;
    private boolean completed;

    private boolean ended() {
      return completed || failure != null;
    }

    @Override
    public void onNext(ProcessingResponse response) {
      assertThat(ended()).isFalse();
      responses.add(response);
    }

    @Override
    public void onError(Throwable t) {
      assertThat(ended()).isFalse();
      failure = t;
    }

    @Override
    public void onCompleted() {
      assertThat(ended()).isFalse();
      completed = true;
    }
  }
}
