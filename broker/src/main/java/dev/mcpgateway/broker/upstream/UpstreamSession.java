package dev.mcpgateway.broker.upstream;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import dev.mcpgateway.broker.wire.JsonRpcErrors;
import dev.mcpgateway.broker.wire.JsonRpcId;
import dev.mcpgateway.broker.wire.JsonRpcMessage;
import dev.mcpgateway.broker.wire.JsonRpcMessage.Notification;
import dev.mcpgateway.broker.wire.JsonRpcMessage.Request;
import dev.mcpgateway.broker.wire.JsonRpcMessage.Response;
import dev.mcpgateway.broker.wire.ProtocolVersions;
import java.net.http.HttpRequest;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * One MCP session with one server (2024-11-05 … 2025-11-25 over streamable HTTP). Offers no
 * capabilities, so a server may ask nothing but {@code ping}. Calls come from one thread; the
 * server's own stream is read by another.
 */
final class UpstreamSession {
  private static final String LIST_CHANGED = "notifications/tools/list_changed";
  private static final String INITIALIZE_PARAMS =
      """
      {"protocolVersion":"%s","capabilities":{},\
      "clientInfo":{"name":"mcp-gateway-broker","version":"1"}}\
      """
          .formatted(ProtocolVersions.LATEST);

  private final UpstreamEndpoint endpoint;
  private final Runnable onListChanged;
  private final AtomicLong lastId = new AtomicLong();
  private SessionHeaders headers = SessionHeaders.NONE;
  private boolean announcesTools;

  private UpstreamSession(UpstreamEndpoint endpoint, Runnable onListChanged) {
    this.endpoint = endpoint;
    this.onListChanged = onListChanged;
  }

  /**
   * Opens a session: {@code initialize}, then {@code notifications/initialized}.
   *
   * @param onListChanged called, on any thread, when the server says that its tools changed
   * @throws UpstreamException when the server cannot be reached or speaks no revision of ours
   */
  static UpstreamSession open(UpstreamEndpoint endpoint, Runnable onListChanged)
      throws InterruptedException {
    UpstreamSession session = new UpstreamSession(endpoint, onListChanged);
    session.initialize();
    return session;
  }

  /** The negotiated revision. */
  String protocolVersion() {
    return String.valueOf(headers.protocolVersion());
  }

  /** The request that opens the server's own stream. */
  HttpRequest listenRequest() {
    return endpoint.listen(headers);
  }

  /**
   * All pages of {@code tools/list}.
   *
   * @throws UpstreamException when a page cannot be read
   */
  ToolList listTools() throws InterruptedException {
    ToolListBuilder list = new ToolListBuilder();
    String cursor = null;
    do {
      Response response = call("tools/list", cursorParams(cursor));
      if (response.failed()) {
        if (!announcesTools
            && InitializeResult.errorCode(response.body()) == JsonRpcErrors.METHOD_NOT_FOUND) {
          return list.build();
        }
        throw new UpstreamException(
            InitializeResult.describeError("tools/list", response.body(), endpoint.mask()));
      }
      cursor =
          list.add(ToolPageReader.read(response.body().bytes(), endpoint.server().toolPrefix()));
    } while (cursor != null);
    return list.build();
  }

  /** Reacts to what the server sends by itself, on its stream or before an answer. */
  void incoming(JsonRpcMessage message) throws InterruptedException {
    switch (message) {
      case Notification notification -> {
        if (notification.method().equals(LIST_CHANGED)) {
          onListChanged.run();
        }
      }
      case Request request -> answer(request);
      case Response ignored -> {
        // Answers nothing we still wait for.
      }
    }
  }

  /** Tells the server that the session is over; failures do not matter. */
  void end() throws InterruptedException {
    if (headers.sessionId() == null) {
      return;
    }
    try (Exchange exchange = endpoint.delete(headers)) {
      exchange.status();
    } catch (UpstreamException ignored) {
      // The server will forget the session by itself.
    }
  }

  private void initialize() throws InterruptedException {
    JsonRpcId id = JsonRpcId.of(lastId.incrementAndGet());
    byte[] request = request(id, "initialize", INITIALIZE_PARAMS);
    try (Exchange exchange = endpoint.post(request, SessionHeaders.NONE)) {
      Response response = AnswerReader.read(exchange, "initialize", id, this::incoming);
      if (response.failed()) {
        throw new UpstreamException(
            InitializeResult.describeError("initialize", response.body(), exchange.mask()));
      }
      InitializeResult result = InitializeResult.read(response.body(), exchange.mask());
      headers = SessionHeaders.of(exchange.header("Mcp-Session-Id"), result.protocolVersion());
      announcesTools = result.tools();
    }
    send("{\"jsonrpc\":\"2.0\",\"method\":\"notifications/initialized\"}".getBytes(UTF_8));
  }

  private Response call(String method, String params) throws InterruptedException {
    JsonRpcId id = JsonRpcId.of(lastId.incrementAndGet());
    try (Exchange exchange = endpoint.post(request(id, method, params), headers)) {
      return AnswerReader.read(exchange, method, id, this::incoming);
    }
  }

  private void answer(Request request) throws InterruptedException {
    byte[] body =
        request.method().equals("ping")
            ? "{\"jsonrpc\":\"2.0\",\"id\":%s,\"result\":{}}"
                .formatted(request.id().json())
                .getBytes(UTF_8)
            : JsonRpcErrors.body(
                request.id(), JsonRpcErrors.METHOD_NOT_FOUND, "the gateway offers no capability");
    send(body);
  }

  private void send(byte[] message) throws InterruptedException {
    try (Exchange exchange = endpoint.post(message, headers)) {
      AnswerReader.requireSuccess(exchange, "notifications/initialized");
    }
  }

  private static byte[] request(JsonRpcId id, String method, String params) {
    return "{\"jsonrpc\":\"2.0\",\"id\":%s,\"method\":\"%s\",\"params\":%s}"
        .formatted(id.json(), method, params)
        .getBytes(UTF_8);
  }

  private static String cursorParams(@Nullable String cursor) {
    return cursor == null
        ? "{}"
        : "{\"cursor\":\"%s\"}"
            .formatted(new String(JsonStringEncoder.getInstance().quoteAsUTF8(cursor), UTF_8));
  }
}
