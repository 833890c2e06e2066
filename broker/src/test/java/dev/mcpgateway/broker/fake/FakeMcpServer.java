package dev.mcpgateway.broker.fake;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * An MCP server (2025-11-25, streamable HTTP) that behaves as told, well or badly. Its own small
 * code on the JDK's server, so that it shares no mistake with the broker.
 */
public final class FakeMcpServer implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String END = "end";

  private final HttpServer http;
  private final CountDownLatch closed = new CountDownLatch(1);
  private final Set<String> sessions = ConcurrentHashMap.newKeySet();
  private final Set<BlockingQueue<String>> streams = ConcurrentHashMap.newKeySet();

  /** Method or HTTP verb of every request, in order. */
  public final List<String> requests = new CopyOnWriteArrayList<>();

  /** Headers of every request, in order. */
  public final List<Headers> headers = new CopyOnWriteArrayList<>();

  /** Tool definitions as JSON; one page unless {@link #pageSize} says otherwise. */
  public final List<String> tools = new CopyOnWriteArrayList<>();

  /** Answers POSTs with event streams that begin with a priming event and a notification. */
  public volatile boolean sse;

  /** Issues session ids and insists on them. */
  public volatile boolean withSessions = true;

  /** What it answers to a request of an unknown session: 404 as specified, 400 as some do. */
  public volatile int unknownSessionStatus = 404;

  /** Offers its own stream; otherwise GET is answered with 405. */
  public volatile boolean offersStream = true;

  /** Version it negotiates whatever was offered. */
  public volatile String version = "2025-11-25";

  /** Tools per page. */
  public volatile int pageSize = Integer.MAX_VALUE;

  /** Misbehaves instead of answering; the method is the argument, true means it was handled. */
  public volatile @Nullable Trick trick;

  /** A way to misbehave. */
  @FunctionalInterface
  public interface Trick {
    boolean play(String method, HttpExchange exchange) throws IOException;
  }

  private FakeMcpServer(int port) throws IOException {
    http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
    http.createContext("/mcp", this::handle);
    http.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    http.start();
  }

  /** Starts one on a free port. */
  public static FakeMcpServer start(String... tools) {
    return startOn(0, tools);
  }

  /** Starts one on this port, as after a restart. */
  public static FakeMcpServer startOn(int port, String... tools) {
    try {
      FakeMcpServer server = new FakeMcpServer(port);
      for (String tool : tools) {
        server.tools.add(tool(tool));
      }
      return server;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A small tool definition. */
  public static String tool(String name) {
    return "{\"name\":\"%s\",\"inputSchema\":{\"type\":\"object\"}}".formatted(name);
  }

  public int port() {
    return http.getAddress().getPort();
  }

  public String url() {
    return "http://127.0.0.1:%d/mcp".formatted(port());
  }

  /** How often {@code method} was requested. */
  public long count(String method) {
    return requests.stream().filter(method::equals).count();
  }

  /** Streams that clients have open. */
  public int openStreams() {
    return streams.size();
  }

  /** Forgets all sessions, as after a restart. */
  public void forgetSessions() {
    sessions.clear();
  }

  /** Sends a message on every open stream. */
  public void broadcast(String message) {
    streams.forEach(stream -> stream.add(message));
  }

  /** Says that its tools changed. */
  public void announceChange() {
    broadcast("{\"jsonrpc\":\"2.0\",\"method\":\"notifications/tools/list_changed\"}");
  }

  /** Waits until this server is closed, at most this long; for servers that are slow. */
  public boolean closedWithin(Duration atMost) {
    try {
      return closed.await(atMost.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return true;
    }
  }

  @Override
  public void close() {
    closed.countDown();
    streams.forEach(stream -> stream.add(END));
    http.stop(0);
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      headers.add(exchange.getRequestHeaders());
      String verb = exchange.getRequestMethod();
      switch (verb) {
        case "POST" -> post(exchange);
        case "GET" -> get(exchange);
        default -> {
          requests.add(verb);
          sessions.remove(String.valueOf(session(exchange)));
          exchange.sendResponseHeaders(204, -1);
        }
      }
    }
  }

  private void post(HttpExchange exchange) throws IOException {
    JsonNode message = JSON.readTree(exchange.getRequestBody());
    String method = message.path("method").asText("response");
    requests.add(method);
    Trick playing = trick;
    if (playing != null && playing.play(method, exchange)) {
      return;
    }
    if (!method.equals("initialize") && withSessions && !knowsSession(exchange)) {
      send(
          exchange,
          unknownSessionStatus,
          "application/json",
          "{\"jsonrpc\":\"2.0\",\"id\":null,\"error\":{\"code\":-32000,\"message\":\"no session\"}}");
      return;
    }
    if (!message.has("id") || !message.has("method")) {
      exchange.sendResponseHeaders(202, -1);
      return;
    }
    if (method.equals("initialize") && withSessions) {
      String session = UUID.randomUUID().toString();
      sessions.add(session);
      exchange.getResponseHeaders().set("Mcp-Session-Id", session);
    }
    answer(
        exchange,
        "{\"jsonrpc\":\"2.0\",\"id\":%s,%s}".formatted(message.get("id"), body(method, message)));
  }

  private String body(String method, JsonNode message) {
    return switch (method) {
      case "initialize" ->
          "\"result\":{\"protocolVersion\":\"%s\",\"capabilities\":{\"tools\":{}},"
                  .formatted(version)
              + "\"serverInfo\":{\"name\":\"fake\",\"version\":\"1\"}}";
      case "ping" -> "\"result\":{}";
      case "tools/list" -> page(message.at("/params/cursor"));
      default -> "\"error\":{\"code\":-32601,\"message\":\"no such method\"}";
    };
  }

  private String page(JsonNode cursor) {
    int from = cursor.isMissingNode() ? 0 : Integer.parseInt(cursor.textValue());
    int to = (int) Math.min((long) from + pageSize, tools.size());
    String next = to < tools.size() ? ",\"nextCursor\":\"%d\"".formatted(to) : "";
    return "\"result\":{\"tools\":[%s]%s}"
        .formatted(String.join(",", tools.subList(from, to)), next);
  }

  /** Sends a response to a request the way this server does it. */
  public void answer(HttpExchange exchange, String message) throws IOException {
    if (sse) {
      send(
          exchange,
          200,
          "text/event-stream",
          "id: 1\ndata:\n\n: hello\n\n"
              + "event: message\ndata: {\"jsonrpc\":\"2.0\",\"method\":\"notifications/message\"}\n\n"
              + "event: message\nid: 2\ndata: "
              + message
              + "\n\n");
    } else {
      send(exchange, 200, "application/json; charset=utf-8", message);
    }
  }

  private void get(HttpExchange exchange) throws IOException {
    requests.add("GET");
    if (!offersStream || (withSessions && !knowsSession(exchange))) {
      exchange.sendResponseHeaders(offersStream ? unknownSessionStatus : 405, -1);
      return;
    }
    BlockingQueue<String> queue = new LinkedBlockingQueue<>();
    exchange.getResponseHeaders().set("Content-Type", "text/event-stream");
    exchange.sendResponseHeaders(200, 0);
    try (OutputStream out = exchange.getResponseBody()) {
      out.write(": open\n\n".getBytes(UTF_8));
      out.flush();
      streams.add(queue);
      while (true) {
        String message = queue.poll(50, TimeUnit.MILLISECONDS);
        if (END.equals(message)) {
          return;
        }
        // Without a sign of life a server never learns that its client has gone.
        String event =
            message == null ? ": still here\n\n" : "event: message\ndata: " + message + "\n\n";
        out.write(event.getBytes(UTF_8));
        out.flush();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      streams.remove(queue);
    }
  }

  private boolean knowsSession(HttpExchange exchange) {
    String session = session(exchange);
    return session != null && sessions.contains(session);
  }

  private static @Nullable String session(HttpExchange exchange) {
    return exchange.getRequestHeaders().getFirst("Mcp-Session-Id");
  }

  /** Sends a whole answer. */
  public static void send(HttpExchange exchange, int status, String type, String body)
      throws IOException {
    byte[] bytes = body.getBytes(UTF_8);
    exchange.getResponseHeaders().set("Content-Type", type);
    exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
    exchange.getResponseBody().write(bytes);
  }
}
