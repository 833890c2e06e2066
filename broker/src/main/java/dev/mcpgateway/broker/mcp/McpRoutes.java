package dev.mcpgateway.broker.mcp;

import static dev.mcpgateway.broker.wire.JsonRpcErrors.INTERNAL_ERROR;
import static dev.mcpgateway.broker.wire.JsonRpcErrors.INVALID_REQUEST;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.mcpgateway.broker.http.BodyReader;
import dev.mcpgateway.broker.mcp.McpDispatcher.Session;
import dev.mcpgateway.broker.route.OriginRule;
import dev.mcpgateway.broker.session.SessionVerdict.Valid;
import dev.mcpgateway.broker.wire.JsonLimits;
import dev.mcpgateway.broker.wire.SseWriter;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The HTTP edge of {@code /mcp} (MCP 2025-11-25, Transports, Streamable HTTP). */
public final class McpRoutes implements HttpService, AutoCloseable {
  /** How long a request body may take to arrive. */
  private static final Duration BODY_DEADLINE = Duration.ofSeconds(30);

  private static final byte[] LIST_CHANGED =
      SseWriter.message(
          "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/tools/list_changed\"}".getBytes(UTF_8));
  private static final Logger log = LoggerFactory.getLogger(McpRoutes.class);

  private final HeaderRules rules;
  private final McpDispatcher dispatcher;
  private final ClientSessions sessions;
  private final EventStreams streams;
  private final McpMetrics metrics;
  private final Clock clock;
  private final Options options;
  private final BodyReader bodies = new BodyReader(JsonLimits.MAX_BYTES, BODY_DEADLINE);

  /**
   * What can be chosen.
   *
   * @param publicHost the name clients use
   * @param origins which web pages may ask
   * @param heartbeat between two signs of life on a quiet stream
   * @param onSessionEnd told the {@link Valid#sessionId} of every session a client ended
   */
  public record Options(
      String publicHost, OriginRule origins, Duration heartbeat, Consumer<String> onSessionEnd) {}

  public McpRoutes(
      Options options,
      McpDispatcher dispatcher,
      ClientSessions sessions,
      EventStreams streams,
      McpMetrics metrics,
      Clock clock) {
    this.options = options;
    this.rules = new HeaderRules(new HostRule(options.publicHost()), options.origins());
    this.dispatcher = dispatcher;
    this.sessions = sessions;
    this.streams = streams;
    this.metrics = metrics;
    this.clock = clock;
  }

  @Override
  public void routing(HttpRules routing) {
    routing
        .post("/", (req, res) -> handle("post", req, res, this::post))
        .delete("/", (req, res) -> handle("delete", req, res, (headers, body) -> delete(headers)))
        .get("/", this::get)
        .any(
            "/",
            (req, res) -> {
              res.header(HeaderNames.ALLOW, "GET, POST, DELETE");
              res.header(HeaderValues.CONNECTION_CLOSE);
              res.status(405).send();
            });
  }

  @Override
  public void close() {
    bodies.close();
  }

  private void handle(String verb, ServerRequest req, ServerResponse res, Handler handler) {
    // First of all: what is not read now the server would read later, without any deadline.
    byte[] body = bodies.read(req);
    answer(
        verb,
        res,
        () ->
            body == null
                ? McpReply.error(413, null, INVALID_REQUEST, "the message is too large")
                : handler.handle(RequestHeaders.of(req.headers()), body));
  }

  private McpReply post(RequestHeaders headers, byte[] body) {
    McpReply refusal = rules.post(headers);
    return refusal == null ? dispatcher.post(headers, body) : refusal;
  }

  private McpReply delete(RequestHeaders headers) {
    return switch (authorized(rules.any(headers), headers)) {
      case Session.Refused(McpReply reply) -> reply;
      case Session.Open(Valid session) -> {
        sessions.end(session);
        streams.end(session.sessionId());
        options.onSessionEnd().accept(session.sessionId());
        yield McpReply.noContent();
      }
    };
  }

  private void get(ServerRequest req, ServerResponse res) throws InterruptedException {
    bodies.read(req);
    RequestHeaders headers = RequestHeaders.of(req.headers());
    switch (authorized(rules.get(headers), headers)) {
      case Session.Refused(McpReply reply) -> answer("get", res, () -> reply);
      case Session.Open(Valid session) -> {
        EventStream stream = streams.open(session.sessionId());
        if (stream == null) {
          answer(
              "get",
              res,
              () -> McpReply.error(503, null, INTERNAL_ERROR, "too many streams are open"));
          return;
        }
        try {
          write(stream, session, res);
        } finally {
          streams.closed(session.sessionId(), stream);
        }
      }
    }
  }

  /** Writes until the stream or the session ends, or the client is gone. */
  private void write(EventStream stream, Valid session, ServerResponse res)
      throws InterruptedException {
    res.header(HeaderNames.CONTENT_TYPE, "text/event-stream");
    res.header(HeaderValues.CACHE_NO_CACHE);
    // Some proxies would hold events back until a buffer is full.
    res.header("X-Accel-Buffering", "no");
    try (OutputStream out = res.outputStream()) {
      send(out, SseWriter.comment("open"));
      while (clock.instant().isBefore(session.expiresAt())) {
        switch (stream.await(pause(session))) {
          case LIST_CHANGED -> send(out, LIST_CHANGED);
          case HEARTBEAT -> send(out, SseWriter.comment("alive"));
          case END -> {
            return;
          }
        }
      }
    } catch (IOException | UncheckedIOException e) {
      log.atDebug().addKeyValue("reason", e.getMessage()).log("A listener is gone");
    }
  }

  private Duration pause(Valid session) {
    Duration left = Duration.between(clock.instant(), session.expiresAt());
    return left.compareTo(options.heartbeat()) < 0 ? left : options.heartbeat();
  }

  private static void send(OutputStream out, byte[] event) throws IOException {
    out.write(event);
    out.flush();
  }

  private Session authorized(@Nullable McpReply refusal, RequestHeaders headers) {
    if (refusal != null) {
      return new Session.Refused(refusal);
    }
    McpReply problem = dispatcher.versionProblem(headers, null);
    return problem == null ? dispatcher.session(headers, null) : new Session.Refused(problem);
  }

  private void answer(String verb, ServerResponse res, Supplier<McpReply> answer) {
    long started = System.nanoTime();
    McpReply reply;
    try {
      reply = answer.get();
    } catch (RuntimeException e) {
      log.atError().setCause(e).addKeyValue("verb", verb).log("A request failed unexpectedly");
      reply = McpReply.error(500, null, INTERNAL_ERROR, "internal error");
    }
    metrics.answered(verb, reply, System.nanoTime() - started);
    res.status(reply.status());
    if (reply.sessionId() != null) {
      res.header("Mcp-Session-Id", reply.sessionId());
    }
    if (reply.status() == 413) {
      // The rest of the body may still be on its way, and nobody is going to read it.
      res.header(HeaderValues.CONNECTION_CLOSE);
    }
    if (reply.body() == null) {
      res.send();
    } else {
      res.header(HeaderValues.CONTENT_TYPE_JSON);
      res.send(reply.body());
    }
  }

  @FunctionalInterface
  private interface Handler {
    McpReply handle(RequestHeaders headers, byte[] body);
  }
}
