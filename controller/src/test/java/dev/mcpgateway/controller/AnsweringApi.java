package dev.mcpgateway.controller;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpServer;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.ToIntFunction;

/** In the place of an API server: says yes to every write, or what a test wants it to. */
public final class AnsweringApi implements AutoCloseable {
  private final List<Request> requests = new CopyOnWriteArrayList<>();
  private final HttpServer server;
  private final KubernetesClient client;

  /** What was asked. */
  public record Request(String method, String path, String body) {}

  /**
   * @param status of the answer to a request
   */
  public AnsweringApi(ToIntFunction<Request> status) {
    this(status, "");
  }

  /**
   * @param refusal body of every answer that is none of success; empty: what was sent
   */
  public AnsweringApi(ToIntFunction<Request> status, String refusal) {
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.createContext(
        "/",
        http -> {
          try (http) {
            String body = new String(http.getRequestBody().readAllBytes(), UTF_8);
            Request request =
                new Request(http.getRequestMethod(), http.getRequestURI().getPath(), body);
            requests.add(request);
            int code = status.applyAsInt(request);
            String echo = body.isEmpty() ? "{}" : body;
            byte[] answer = (code < 300 || refusal.isEmpty() ? echo : refusal).getBytes(UTF_8);
            http.getResponseHeaders().add("Content-Type", "application/json");
            http.sendResponseHeaders(code, answer.length);
            http.getResponseBody().write(answer);
          }
        });
    server.start();
    client =
        new KubernetesClientBuilder()
            .withConfig(
                new ConfigBuilder()
                    .withMasterUrl("http://127.0.0.1:" + server.getAddress().getPort())
                    .withRequestRetryBackoffLimit(0)
                    .build())
            .build();
  }

  public KubernetesClient client() {
    return client;
  }

  /** What has been asked so far. */
  public List<Request> requests() {
    return List.copyOf(requests);
  }

  @Override
  public void close() {
    client.close();
    server.stop(0);
  }
}
