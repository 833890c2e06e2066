package dev.mcpgateway.broker.extproc;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.protobuf.ByteString;
import io.envoyproxy.envoy.config.core.v3.HeaderMap;
import io.envoyproxy.envoy.config.core.v3.HeaderValue;
import io.envoyproxy.envoy.service.ext_proc.v3.HeaderMutation;
import io.envoyproxy.envoy.service.ext_proc.v3.HttpBody;
import io.envoyproxy.envoy.service.ext_proc.v3.HttpHeaders;
import io.envoyproxy.envoy.service.ext_proc.v3.HttpTrailers;
import io.envoyproxy.envoy.service.ext_proc.v3.ProcessingRequest;
import java.util.HashMap;
import java.util.Map;

/** Envoy's messages, and what it would read in ours. */
final class Messages {
  private Messages() {}

  static ProcessingRequest head(
      String method, String authority, String path, boolean ended, String... headers) {
    HttpHeaders.Builder head = headers(headers).setEndOfStream(ended);
    head.getHeadersBuilder()
        .addHeaders(0, header(":method", method))
        .addHeaders(1, header(":authority", authority))
        .addHeaders(2, header(":path", path));
    return ProcessingRequest.newBuilder().setRequestHeaders(head).build();
  }

  /** A POST of a message by a client with a session. */
  static ProcessingRequest post(String session) {
    return head(
        "POST",
        "team-a.example.com",
        "/mcp",
        false,
        "content-type",
        "application/json",
        "mcp-session-id",
        session);
  }

  static ProcessingRequest body(byte[] body) {
    return ProcessingRequest.newBuilder()
        .setRequestBody(
            HttpBody.newBuilder().setBody(ByteString.copyFrom(body)).setEndOfStream(true))
        .build();
  }

  static ProcessingRequest body(String body) {
    return body(body.getBytes(UTF_8));
  }

  static ProcessingRequest call(String tool) {
    return body(
        "{\"jsonrpc\":\"2.0\",\"id\":\"i\",\"method\":\"tools/call\",\"params\":{\"name\":\""
            + tool
            + "\"}}");
  }

  static ProcessingRequest response(int status, String... headers) {
    HttpHeaders.Builder head = headers(headers);
    head.getHeadersBuilder().addHeaders(0, header(":status", Integer.toString(status)));
    return ProcessingRequest.newBuilder().setResponseHeaders(head).build();
  }

  static ProcessingRequest requestTrailers() {
    return ProcessingRequest.newBuilder()
        .setRequestTrailers(HttpTrailers.getDefaultInstance())
        .build();
  }

  static ProcessingRequest responseBody() {
    return ProcessingRequest.newBuilder().setResponseBody(HttpBody.getDefaultInstance()).build();
  }

  static ProcessingRequest responseTrailers() {
    return ProcessingRequest.newBuilder()
        .setResponseTrailers(HttpTrailers.getDefaultInstance())
        .build();
  }

  /** What a mutation sets, as Envoy reads it. */
  static Map<String, String> sets(HeaderMutation mutation) {
    Map<String, String> sets = new HashMap<>();
    mutation
        .getSetHeadersList()
        .forEach(option ->
            sets.put(option.getHeader().getKey(), option.getHeader().getRawValue().toStringUtf8()));
    return sets;
  }

  private static HttpHeaders.Builder headers(String... headers) {
    HeaderMap.Builder map = HeaderMap.newBuilder();
    for (int i = 0; i < headers.length; i += 2) {
      map.addHeaders(header(headers[i], headers[i + 1]));
    }
    return HttpHeaders.newBuilder().setHeaders(map);
  }

  private static HeaderValue header(String name, String value) {
    return HeaderValue.newBuilder()
        .setKey(name)
        .setRawValue(ByteString.copyFromUtf8(value))
        .build();
  }
}
