package dev.mcpgateway.broker.backend;

import dev.mcpgateway.broker.api.config.ServerConfig;
import dev.mcpgateway.broker.route.ClientAuthorization;
import dev.mcpgateway.broker.route.RequestHead;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/**
 * Headers the opening of a session shares with the call that needs it. An allow-list: a client's
 * content negotiation, cookies and hop-by-hop headers make no sense in another request.
 *
 * @param values by lower-case name
 */
public record CallerHeaders(SequencedMap<String, String> values) {
  private static final List<String> TRACE = List.of("traceparent", "tracestate", "baggage");

  /**
   * Trace context of the call, and the authorization the server is to see: its own credential, or
   * the client's token if that may be passed on.
   */
  public static CallerHeaders of(
      RequestHead head, ServerConfig server, ClientAuthorization authorization) {
    SequencedMap<String, String> values = new LinkedHashMap<>();
    for (String name : TRACE) {
      copy(head, name, values);
    }
    if (server.credential() != null) {
      values.put("authorization", server.credential().strip());
    } else if (authorization == ClientAuthorization.KEEP) {
      copy(head, "authorization", values);
    }
    return new CallerHeaders(values);
  }

  /** What there is to say without a call: the server's own credential. */
  static CallerHeaders credentialOf(ServerConfig server) {
    return of(RequestHead.builder().build(true), server, ClientAuthorization.STRIP);
  }

  private static void copy(RequestHead head, String name, Map<String, String> values) {
    String value = head.first(name);
    if (value != null) {
      values.put(name, value);
    }
  }

  /** Names only: values carry credentials. */
  @Override
  public String toString() {
    return "CallerHeaders" + values.keySet();
  }
}
