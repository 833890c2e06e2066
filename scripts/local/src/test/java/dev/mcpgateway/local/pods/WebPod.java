package dev.mcpgateway.local.pods;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Executors;

/**
 * A web server. {@code /} tells the pod's name, {@code /file/NAME} the content of a file in the
 * folder given as argument, {@code /fetch?URL} what another server answers.
 */
public final class WebPod {
  private WebPod() {}

  /** Serves on port 8080 of {@code BIND_ADDRESS}. */
  public static void main(String[] args) throws IOException {
    var folder = Path.of(args.length > 0 ? args[0] : ".");
    var server = HttpServer.create(new InetSocketAddress(System.getenv("BIND_ADDRESS"), 8080), 16);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext("/", exchange -> answer(exchange, folder));
    server.start();
  }

  private static void answer(HttpExchange exchange, Path folder) throws IOException {
    var path = exchange.getRequestURI().getPath();
    int code = 200;
    String text;
    try {
      if (path.startsWith("/file/")) {
        text = Files.readString(folder.resolve(path.substring("/file/".length())));
      } else if (path.equals("/fetch")) {
        text = fetch(URI.create(exchange.getRequestURI().getQuery()));
      } else {
        text = String.valueOf(System.getenv("HOSTNAME"));
      }
    } catch (IOException e) {
      code = 500;
      text = e.toString();
    }
    var body = text.getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(code, body.length == 0 ? -1 : body.length);
    exchange.getResponseBody().write(body);
    exchange.close();
  }

  private static String fetch(URI uri) throws IOException {
    try (var client = HttpClient.newHttpClient()) {
      var request = HttpRequest.newBuilder(uri).timeout(Duration.ofSeconds(5)).build();
      return client.send(request, HttpResponse.BodyHandlers.ofString()).body();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    }
  }
}
