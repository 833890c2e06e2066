package dev.mcpgateway.broker.backend;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.mcpgateway.broker.api.InternalHeaders;
import dev.mcpgateway.broker.route.ServerSession;
import dev.mcpgateway.broker.wire.JsonRpcId;
import dev.mcpgateway.broker.wire.JsonRpcMessage.Response;
import dev.mcpgateway.broker.wire.MessageParser;
import dev.mcpgateway.broker.wire.ParseResult.Parsed;
import dev.mcpgateway.broker.wire.ProtocolVersions;
import dev.mcpgateway.broker.wire.RawJson;
import dev.mcpgateway.broker.wire.SseEvent;
import dev.mcpgateway.broker.wire.SseReader;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpResponse;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a server answered to {@code initialize} (MCP 2025-11-25 §Lifecycle, §Streamable HTTP). */
sealed interface InitializeAnswer {
  /** Id of every {@code initialize} this package sends. */
  JsonRpcId ID = JsonRpcId.of(1);

  /** Largest answer that is read. */
  int MAX_BYTES = 1 << 20;

  /** Messages that may come before the answer on a stream. */
  int MAX_EVENTS = 100;

  /** Longest session id that is accepted. */
  int MAX_SESSION_ID = 4096;

  /** The server's part of a session. */
  record Accepted(ServerSession session) implements InitializeAnswer {}

  /** No session. */
  record Rejected(Opening reason) implements InitializeAnswer {}

  /** Reads as much of the body as is needed. */
  static InitializeAnswer read(HttpResponse<?> response, InputStream body) throws IOException {
    int status = response.statusCode();
    if (status < 200 || status >= 300) {
      return new Rejected(refusal("initialize", response));
    }
    Response answer =
        isStream(response) ? fromStream(body) : message(body.readNBytes(MAX_BYTES + 1));
    if (answer == null || answer.failed()) {
      return rejected("initialize was not answered with a result");
    }
    String version = protocolVersion(answer.body());
    if (version == null || !ProtocolVersions.supports(version)) {
      return rejected("unsupported protocol version");
    }
    String id = response.headers().firstValue(InternalHeaders.SESSION_ID).orElse("");
    if (id.length() > MAX_SESSION_ID || !id.chars().allMatch(c -> c > 0x20 && c < 0x7f)) {
      return rejected("the session id is not visible ASCII");
    }
    return new Accepted(new ServerSession(id.isEmpty() ? null : id, version));
  }

  /** What an HTTP status other than 2xx means. */
  static Opening refusal(String method, HttpResponse<?> response) {
    int status = response.statusCode();
    if (status != 401 && status != 403) {
      return new Opening.Failed(method + " was answered with HTTP " + status);
    }
    return new Opening.Refused(
        status,
        response
            .headers()
            .firstValue("www-authenticate")
            .filter(value -> value.chars().allMatch(c -> c >= 0x20 && c < 0x7f))
            .map(value -> Map.of("www-authenticate", value))
            .orElse(Map.of()));
  }

  private static InitializeAnswer rejected(String reason) {
    return new Rejected(new Opening.Failed(reason));
  }

  private static boolean isStream(HttpResponse<?> response) {
    return response
        .headers()
        .firstValue("content-type")
        .orElse("")
        .toLowerCase(Locale.ROOT)
        .startsWith("text/event-stream");
  }

  private static @Nullable Response fromStream(InputStream body) throws IOException {
    SseReader events = new SseReader(new BufferedInputStream(body), MAX_BYTES);
    for (int i = 0; i < MAX_EVENTS; i++) {
      SseEvent event = events.next();
      if (event == null) {
        return null;
      }
      Response answer = message(event.data().getBytes(UTF_8));
      if (answer != null) {
        return answer;
      }
    }
    return null;
  }

  private static @Nullable Response message(byte[] bytes) {
    return MessageParser.parse(bytes) instanceof Parsed(Response response)
            && ID.equals(response.id())
        ? response
        : null;
  }

  private static @Nullable String protocolVersion(RawJson result) throws IOException {
    try (JsonParser parser = result.open()) {
      parser.nextToken();
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        boolean wanted = parser.currentName().equals("protocolVersion");
        if (parser.nextToken() == JsonToken.VALUE_STRING && wanted) {
          return parser.getText();
        }
        parser.skipChildren();
      }
      return null;
    }
  }
}
