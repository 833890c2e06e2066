package dev.mcpgateway.broker.extproc;

import com.google.protobuf.ByteString;
import dev.mcpgateway.broker.route.Forward;
import dev.mcpgateway.broker.route.HeaderChanges;
import dev.mcpgateway.broker.route.RouteDecision.Reject;
import io.envoyproxy.envoy.extensions.filters.http.ext_proc.v3.ProcessingMode;
import io.envoyproxy.envoy.extensions.filters.http.ext_proc.v3.ProcessingMode.BodySendMode;
import io.envoyproxy.envoy.extensions.filters.http.ext_proc.v3.ProcessingMode.HeaderSendMode;
import io.envoyproxy.envoy.service.ext_proc.v3.BodyMutation;
import io.envoyproxy.envoy.service.ext_proc.v3.BodyResponse;
import io.envoyproxy.envoy.service.ext_proc.v3.CommonResponse;
import io.envoyproxy.envoy.service.ext_proc.v3.HeaderMutation;
import io.envoyproxy.envoy.service.ext_proc.v3.HeadersResponse;
import io.envoyproxy.envoy.service.ext_proc.v3.ImmediateResponse;
import io.envoyproxy.envoy.service.ext_proc.v3.ProcessingResponse;
import io.envoyproxy.envoy.service.ext_proc.v3.TrailersResponse;
import io.envoyproxy.envoy.type.v3.HttpStatus;
import io.envoyproxy.envoy.type.v3.StatusCode;

/** Decisions as Envoy's messages; the only place that builds them. */
final class ProtoResponses {
  /** Envoy asks nothing more about this request. */
  private static final ProcessingMode NOTHING_MORE = mode(BodySendMode.NONE, HeaderSendMode.SKIP);

  /**
   * The whole body in one message: header changes made after the body has been seen count in this
   * mode only. The response's headers may be needed too; if not, the stream ends before them.
   */
  private static final ProcessingMode BODY_AND_RESPONSE =
      mode(BodySendMode.BUFFERED, HeaderSendMode.SEND);

  private static final ProcessingResponse PASS_THROUGH =
      ProcessingResponse.newBuilder()
          .setRequestHeaders(HeadersResponse.getDefaultInstance())
          .setModeOverride(NOTHING_MORE)
          .build();

  private static final ProcessingResponse TRAILERS =
      ProcessingResponse.newBuilder()
          .setRequestTrailers(TrailersResponse.getDefaultInstance())
          .build();

  private ProtoResponses() {}

  static ProcessingResponse passThrough() {
    return PASS_THROUGH;
  }

  /** The request goes on with these changes and without its body being looked at. */
  static ProcessingResponse headersDecided(HeaderChanges changes) {
    return requestHeaders(changes, NOTHING_MORE);
  }

  static ProcessingResponse headersNeedBody(HeaderChanges changes) {
    return requestHeaders(changes, BODY_AND_RESPONSE);
  }

  /** The body stays as it is. */
  static ProcessingResponse bodyDecided(HeaderChanges changes) {
    return requestBody(routed(changes).build());
  }

  static ProcessingResponse bodyReplaced(Forward forward) {
    ByteString body = ByteString.copyFrom(forward.body());
    return requestBody(
        routed(forward.changes()).setBodyMutation(BodyMutation.newBuilder().setBody(body)).build());
  }

  static ProcessingResponse responseHeaders(HeaderChanges changes) {
    CommonResponse common =
        CommonResponse.newBuilder().setHeaderMutation(ProtoHeaders.mutation(changes)).build();
    return ProcessingResponse.newBuilder()
        .setResponseHeaders(HeadersResponse.newBuilder().setResponse(common))
        .build();
  }

  static ProcessingResponse requestTrailers() {
    return TRAILERS;
  }

  /** Answers the client here and now. */
  static ProcessingResponse immediate(Reject reject) {
    HeaderMutation.Builder headers =
        HeaderMutation.newBuilder()
            // Envoy's own default is text/plain.
            .addSetHeaders(ProtoHeaders.set("content-type", "application/json"));
    reject.headers().forEach((name, value) -> headers.addSetHeaders(ProtoHeaders.set(name, value)));
    return ProcessingResponse.newBuilder()
        .setImmediateResponse(
            ImmediateResponse.newBuilder()
                .setStatus(HttpStatus.newBuilder().setCode(StatusCode.forNumber(reject.status())))
                .setHeaders(headers)
                .setBody(ByteString.copyFrom(reject.body()))
                .setDetails("mcp_router"))
        .build();
  }

  private static ProcessingResponse requestHeaders(HeaderChanges changes, ProcessingMode mode) {
    return ProcessingResponse.newBuilder()
        .setRequestHeaders(HeadersResponse.newBuilder().setResponse(routed(changes)))
        .setModeOverride(mode)
        .build();
  }

  private static ProcessingResponse requestBody(CommonResponse common) {
    return ProcessingResponse.newBuilder()
        .setRequestBody(BodyResponse.newBuilder().setResponse(common))
        .build();
  }

  private static CommonResponse.Builder routed(HeaderChanges changes) {
    return CommonResponse.newBuilder()
        .setHeaderMutation(ProtoHeaders.mutation(changes))
        // Envoy chose a route before it asked us; authority, path and headers may differ now.
        .setClearRouteCache(true);
  }

  private static ProcessingMode mode(BodySendMode requestBody, HeaderSendMode responseHeaders) {
    return ProcessingMode.newBuilder()
        .setRequestHeaderMode(HeaderSendMode.SEND)
        .setRequestBodyMode(requestBody)
        .setRequestTrailerMode(HeaderSendMode.SKIP)
        .setResponseHeaderMode(responseHeaders)
        .setResponseBodyMode(BodySendMode.NONE)
        .setResponseTrailerMode(HeaderSendMode.SKIP)
        .build();
  }
}
