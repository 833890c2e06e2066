package dev.mcpgateway.broker.extproc;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import com.google.protobuf.ByteString;
import dev.mcpgateway.broker.route.HeaderChanges;
import dev.mcpgateway.broker.route.RequestHead;
import io.envoyproxy.envoy.config.core.v3.HeaderValue;
import io.envoyproxy.envoy.config.core.v3.HeaderValueOption;
import io.envoyproxy.envoy.config.core.v3.HeaderValueOption.HeaderAppendAction;
import io.envoyproxy.envoy.service.ext_proc.v3.HeaderMutation;
import io.envoyproxy.envoy.service.ext_proc.v3.HttpHeaders;

/** Headers as Envoy sends and takes them. */
final class ProtoHeaders {
  private ProtoHeaders() {}

  static RequestHead head(HttpHeaders headers) {
    RequestHead.Builder head = RequestHead.builder();
    for (HeaderValue header : headers.getHeaders().getHeadersList()) {
      head.add(header.getKey(), value(header));
    }
    return head.build(headers.getEndOfStream());
  }

  static HeaderMutation mutation(HeaderChanges changes) {
    HeaderMutation.Builder mutation = HeaderMutation.newBuilder();
    changes.remove().forEach(mutation::addRemoveHeaders);
    changes.set().forEach((name, value) -> mutation.addSetHeaders(set(name, value)));
    return mutation.build();
  }

  static HeaderValueOption set(String name, String value) {
    return HeaderValueOption.newBuilder()
        // Envoy ignores `value` and reads `raw_value`; the action's default is to append.
        .setHeader(
            HeaderValue.newBuilder()
                .setKey(name)
                .setRawValue(ByteString.copyFrom(value, ISO_8859_1)))
        .setAppendAction(HeaderAppendAction.OVERWRITE_IF_EXISTS_OR_ADD)
        .build();
  }

  private static String value(HeaderValue header) {
    ByteString raw = header.getRawValue();
    return raw.isEmpty() ? header.getValue() : raw.toString(ISO_8859_1);
  }
}
