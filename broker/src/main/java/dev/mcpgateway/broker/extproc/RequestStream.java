package dev.mcpgateway.broker.extproc;

import dev.mcpgateway.broker.extproc.Step.Next;
import dev.mcpgateway.broker.route.HeaderChanges;
import io.envoyproxy.envoy.service.ext_proc.v3.ProcessingRequest;
import io.envoyproxy.envoy.service.ext_proc.v3.ProcessingRequest.RequestCase;
import io.envoyproxy.envoy.service.ext_proc.v3.ProcessingResponse;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One ext_proc stream: answers every message exactly once, in order, and ends the stream as soon as
 * nothing more is needed.
 *
 * <pre>
 *   INIT ──request headers──▶ HEADERS ──request body──▶ BODY ──response headers──▶ CLOSED
 *     └────────── decided ─────────┴──── decided ────────┴──▶ CLOSED
 * </pre>
 *
 * Anything out of order closes the stream with INVALID_ARGUMENT; Envoy then fails the request.
 * Messages come one after the other, but the end of the stream is reported by the connection's
 * thread at any time, also while a message is being handled: it must neither wait nor touch
 * anything but {@link #state}.
 */
final class RequestStream implements StreamObserver<ProcessingRequest> {
  private static final Logger log = LoggerFactory.getLogger(RequestStream.class);

  private enum State {
    INIT,
    HEADERS,
    BODY,
    CLOSED
  }

  private final StreamObserver<ProcessingResponse> out;
  private final RequestPhases phases;
  private final ExtProcMetrics metrics;
  private final AtomicReference<State> state = new AtomicReference<>(State.INIT);

  RequestStream(
      StreamObserver<ProcessingResponse> out, RequestPhases phases, ExtProcMetrics metrics) {
    this.out = out;
    this.phases = phases;
    this.metrics = metrics;
    metrics.streamOpened();
  }

  @Override
  public void onNext(ProcessingRequest message) {
    State now = state.get();
    if (now == State.CLOSED) {
      return;
    }
    RequestCase kind = message.getRequestCase();
    long started = System.nanoTime();
    Step step;
    try {
      step = step(now, kind, message);
    } catch (Throwable e) {
      // The edge of the request: Envoy, and the client behind it, must get an answer.
      log.atError().addKeyValue("phase", kind).setCause(e).log("A request could not be handled");
      step = failure(kind);
    }
    if (step == null) {
      refuse(kind);
      return;
    }
    metrics.answered(kind, step.outcome(), System.nanoTime() - started);
    answer(now, step);
  }

  private @Nullable Step step(State now, RequestCase kind, ProcessingRequest message) {
    return switch (kind) {
      case REQUEST_HEADERS ->
          now == State.INIT ? phases.requestHeaders(message.getRequestHeaders()) : null;
      case REQUEST_BODY ->
          now == State.HEADERS ? phases.requestBody(message.getRequestBody()) : null;
      // Not asked for, but legal where a filter is configured to send them.
      case REQUEST_TRAILERS ->
          now == State.BODY
              ? new Step(ProtoResponses.requestTrailers(), Next.RESPONSE, "pass")
              : null;
      case RESPONSE_HEADERS ->
          now == State.INIT ? null : phases.responseHeaders(message.getResponseHeaders());
      case RESPONSE_BODY, RESPONSE_TRAILERS, REQUEST_NOT_SET -> null;
    };
  }

  /** A fault of ours: before the response we answer ourselves, after it we let it pass. */
  private Step failure(RequestCase kind) {
    ProcessingResponse response =
        kind == RequestCase.RESPONSE_HEADERS
            ? ProtoResponses.responseHeaders(HeaderChanges.NONE)
            : ProtoResponses.immediate(Rejections.internalError(phases.requestId()));
    return new Step(response, Next.NOTHING, "error");
  }

  private void answer(State now, Step step) {
    State next =
        switch (step.next()) {
          case BODY -> State.HEADERS;
          case RESPONSE -> State.BODY;
          case NOTHING -> State.CLOSED;
        };
    if (!state.compareAndSet(now, next)) {
      return; // Envoy has gone; there is nobody to answer.
    }
    try {
      out.onNext(step.response());
      if (next == State.CLOSED) {
        out.onCompleted();
        metrics.streamEnded("completed");
      }
    } catch (RuntimeException e) {
      // Envoy went away between the check and the write.
      if (state.getAndSet(State.CLOSED) != State.CLOSED || next == State.CLOSED) {
        metrics.streamEnded("cancelled");
      }
    }
  }

  private void refuse(RequestCase kind) {
    if (close("invalid")) {
      log.atWarn().addKeyValue("phase", kind).log("Envoy sent a message out of order");
      out.onError(
          Status.INVALID_ARGUMENT.withDescription("message out of order").asRuntimeException());
    }
  }

  /** The normal end: Envoy resets the stream when its request is done. */
  void cancelled() {
    close("cancelled");
  }

  @Override
  public void onError(Throwable t) {
    close("cancelled");
  }

  @Override
  public void onCompleted() {
    if (close("half_closed")) {
      out.onCompleted();
    }
  }

  private boolean close(String end) {
    boolean first = state.getAndSet(State.CLOSED) != State.CLOSED;
    if (first) {
      metrics.streamEnded(end);
    }
    return first;
  }
}
