package dev.mcpgateway.broker.envoy;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;

/** A server behind the gateway that remembers what arrived. */
final class HttpStub implements AutoCloseable {
  final Queue<Arrived> arrived = new ConcurrentLinkedQueue<>();
  volatile Answer answer;
  private final HttpServer server;

  /** A request as it arrived, header names in lower case. */
  record Arrived(String method, String target, Map<String, List<String>> headers, String body) {
    /** The header's values, joined; {@code absent} when it is not there. */
    String header(String name) {
      return String.join(",", headers.getOrDefault(name, List.of("absent")));
    }
  }

  /** Answers a request. */
  interface Answer {
    void to(Arrived request, HttpExchange http) throws IOException;
  }

  HttpStub(Answer answer) throws IOException {
    this.answer = answer;
    this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext("/", this::handle);
    server.start();
  }

  int port() {
    return server.getAddress().getPort();
  }

  /** Arrived messages that contain a text. */
  long count(String text) {
    return arrived.stream().filter(request -> request.body().contains(text)).count();
  }

  static void json(HttpExchange http, int status, String body) throws IOException {
    byte[] bytes = body.getBytes(UTF_8);
    http.getResponseHeaders().set("Content-Type", "application/json");
    http.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
    http.getResponseBody().write(bytes);
  }

  private void handle(HttpExchange http) throws IOException {
    Map<String, List<String>> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    http.getRequestHeaders().forEach(headers::put);
    String body = new String(http.getRequestBody().readAllBytes(), UTF_8);
    Arrived request =
        new Arrived(http.getRequestMethod(), http.getRequestURI().toString(), headers, body);
    arrived.add(request);
    answer.to(request, http);
    http.close();
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
