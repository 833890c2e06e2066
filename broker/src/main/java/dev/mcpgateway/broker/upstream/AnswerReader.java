package dev.mcpgateway.broker.upstream;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.mcpgateway.broker.wire.JsonLimits;
import dev.mcpgateway.broker.wire.JsonRpcId;
import dev.mcpgateway.broker.wire.JsonRpcMessage;
import dev.mcpgateway.broker.wire.JsonRpcMessage.Response;
import dev.mcpgateway.broker.wire.MessageParser;
import dev.mcpgateway.broker.wire.ParseResult;
import dev.mcpgateway.broker.wire.ParseResult.Malformed;
import dev.mcpgateway.broker.wire.ParseResult.Parsed;
import dev.mcpgateway.broker.wire.SseEvent;
import dev.mcpgateway.broker.wire.SseReader;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Finds the response to a request in the answer to its POST, which may be one JSON document or a
 * stream of events with other messages before it (MCP 2025-11-25, Streamable HTTP).
 */
final class AnswerReader {
  private static final int MAX_EVENTS = 10_000;
  private static final int MAX_ERROR_BYTES = 64 * 1024;

  private AnswerReader() {}

  /** Takes what a server sends besides the response. */
  @FunctionalInterface
  interface Others {
    void accept(JsonRpcMessage message) throws InterruptedException;
  }

  /**
   * Reads until the response to {@code id}.
   *
   * @throws UpstreamException when there is none
   */
  static Response read(Exchange exchange, String method, JsonRpcId id, Others others)
      throws InterruptedException {
    requireSuccess(exchange, method);
    return switch (mediaType(exchange)) {
      case "application/json" -> fromDocument(exchange, method, id);
      case "text/event-stream" -> fromEvents(exchange, method, id, others);
      default ->
          throw new UpstreamException(
              "%s: HTTP %d with content type \"%s\" instead of an answer"
                  .formatted(
                      method,
                      exchange.status(),
                      Failures.clean(mediaType(exchange), exchange.mask())));
    };
  }

  /**
   * @throws UpstreamException with the server's own words when the status is not 2xx
   */
  static void requireSuccess(Exchange exchange, String method) throws InterruptedException {
    int status = exchange.status();
    if (status >= 200 && status < 300) {
      return;
    }
    if (status >= 300 && status < 400) {
      throw new UpstreamException(
          "%s: HTTP %d, redirects are not followed".formatted(method, status));
    }
    if (mediaType(exchange).equals("application/json")
        && MessageParser.parse(exchange.read(MAX_ERROR_BYTES)) instanceof Parsed(Response response)
        && response.failed()) {
      throw new UpstreamException(
          "HTTP %d, %s"
              .formatted(
                  status,
                  InitializeResult.describeError(method, response.body(), exchange.mask())));
    }
    String hint = status == 401 || status == 403 ? ", the credential is missing or refused" : "";
    throw new UpstreamException("%s: HTTP %d%s".formatted(method, status, hint));
  }

  private static Response fromDocument(Exchange exchange, String method, JsonRpcId id)
      throws InterruptedException {
    byte[] body = exchange.read(JsonLimits.MAX_BYTES + 1);
    if (message(body, method) instanceof Response response && id.equals(response.id())) {
      return response;
    }
    throw new UpstreamException(method + ": the answer belongs to another request");
  }

  private static Response fromEvents(Exchange exchange, String method, JsonRpcId id, Others others)
      throws InterruptedException {
    SseReader events =
        new SseReader(new BufferedInputStream(exchange.body()), JsonLimits.MAX_BYTES);
    for (int i = 0; i < MAX_EVENTS; i++) {
      SseEvent event = next(events, exchange);
      if (event == null) {
        throw new UpstreamException(method + ": the stream ended before the answer");
      }
      if (event.data().isEmpty()) {
        continue; // a priming event
      }
      JsonRpcMessage message = message(event.data().getBytes(UTF_8), method);
      if (message instanceof Response response && id.equals(response.id())) {
        return response;
      }
      others.accept(message);
    }
    throw new UpstreamException(method + ": too many messages before the answer");
  }

  private static @Nullable SseEvent next(SseReader events, Exchange exchange)
      throws InterruptedException {
    try {
      return events.next();
    } catch (IOException e) {
      throw exchange.failure(e);
    }
  }

  private static JsonRpcMessage message(byte[] body, String method) {
    ParseResult result = MessageParser.parse(body);
    return switch (result) {
      case Parsed(JsonRpcMessage message) -> message;
      case Malformed malformed -> throw new UpstreamException(method + ": " + malformed.reason());
    };
  }

  private static String mediaType(Exchange exchange) {
    String type = exchange.header("Content-Type");
    int parameters = type.indexOf(';');
    return (parameters < 0 ? type : type.substring(0, parameters)).strip().toLowerCase(Locale.ROOT);
  }
}
