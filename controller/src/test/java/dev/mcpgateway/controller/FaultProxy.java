package dev.mcpgateway.controller;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.mcpgateway.controller.writes.RetryAfter;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.internal.SSLUtils;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Stands between a controller and its API server and does what networks, load balancers and API
 * servers do: refuses, delays, cuts, loses, repeats. It speaks plain HTTP to the controller and
 * uses the credentials of the given client towards the server.
 */
final class FaultProxy implements AutoCloseable {
  /** What happens to a request. */
  sealed interface Fate {
    /** It is forwarded and answered. */
    record Pass() implements Fate {}

    /** It never reaches the server. */
    record Answer(int code, String reason) implements Fate {}

    /** The connection breaks before it reaches the server. */
    record Cut() implements Fate {}

    /** It reaches the server, and the connection breaks before the answer arrives. */
    record PassThenCut() implements Fate {}

    /** It waits on its way to the server. */
    record Hold(CountDownLatch until) implements Fate {}
  }

  static final Fate PASS = new Fate.Pass();

  private static final Pattern RESOURCE_VERSION = Pattern.compile("resourceVersion=([0-9]+)");

  /** Instead of a line: the watch breaks here. */
  static final String BREAK = "<break>";

  /** A request as faults see it. */
  record Request(String method, String path, String query) {
    boolean write() {
      return !method.equals("GET");
    }

    boolean watch() {
      return query.contains("watch=true");
    }

    boolean lease() {
      return path.contains("/leases");
    }
  }

  /** Decides about every request; may be called from many threads. */
  volatile Function<Request, Fate> fate = r -> PASS;

  /** Turns each line of a watch into the lines that arrive instead. */
  volatile BiFunction<Request, String, List<String>> events = (r, line) -> List.of(line);

  /** Everything that was asked, in order. */
  final List<Request> requests = new CopyOnWriteArrayList<>();

  /** Those of them that the server has carried out, in order. */
  private final List<Request> done = new CopyOnWriteArrayList<>();

  private final Map<InputStream, OutputStream> watches = new ConcurrentHashMap<>();
  private final ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();
  private final Config user;
  private final HttpClient upstream;
  private final HttpServer server;

  FaultProxy(KubernetesClient client) {
    user = client.getConfiguration();
    try {
      upstream =
          HttpClient.newBuilder()
              .version(HttpClient.Version.HTTP_1_1)
              .sslContext(SSLUtils.sslContext(user))
              .executor(executor)
              .build();
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 100);
    } catch (IOException | GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
    server.setExecutor(executor);
    server.createContext("/", this::handle);
    server.start();
  }

  /** A client that goes through here, gives up soon. */
  KubernetesClient client() {
    return client(Duration.ofSeconds(3));
  }

  /** What the program itself would use for everything but the lease. */
  KubernetesClient shippedClient(RetryAfter busy) {
    return ControllerMain.noting(config(ControllerMain.REQUEST_TIMEOUT), busy);
  }

  /** A client that goes through here, as the controller makes its own. */
  KubernetesClient client(Duration timeout) {
    return new KubernetesClientBuilder().withConfig(config(timeout)).build();
  }

  private Config config(Duration timeout) {
    return ControllerMain.configured(
        new ConfigBuilder()
            .withAutoConfigure(false)
            .withMasterUrl("http://127.0.0.1:" + server.getAddress().getPort())
            .withOnlyHttpWatches(true),
        timeout);
  }

  /** Where a watch is to begin. */
  static OptionalLong resourceVersion(Request request) {
    Matcher from = RESOURCE_VERSION.matcher(request.query());
    return from.find() ? OptionalLong.of(Long.parseLong(from.group(1))) : OptionalLong.empty();
  }

  /** Ends every watch that is open. */
  void cutWatches() {
    for (InputStream watch : watches.keySet()) {
      try {
        watch.close();
      } catch (IOException e) {
        // It was over already.
      }
    }
  }

  /** Tells every open watch that nothing of its kind has happened until a resourceVersion. */
  void bookmarks(String resourceVersion) {
    for (OutputStream watch : watches.values()) {
      try {
        send(watch, bookmark(resourceVersion));
      } catch (IOException e) {
        // It is over.
      }
    }
  }

  /** What was asked to be written, whatever came of it. */
  List<Request> writes() {
    return requests.stream().filter(r -> r.write() && !r.lease()).toList();
  }

  /** What has been written: a write on an old view is refused, and repeated. */
  List<Request> written() {
    return done.stream().filter(r -> r.write() && !r.lease()).toList();
  }

  /**
   * Writes on an old view, of Secrets and of the extension's status: after one the next pass, which
   * may have something new to store, comes before the pace.
   */
  int refused(String namespace) {
    return (int) (own(writes(), namespace) - own(written(), namespace));
  }

  private static long own(List<Request> requests, String namespace) {
    return requests.stream()
        .map(Request::path)
        .filter(path ->
            path.contains("/namespaces/" + namespace + "/secrets")
                || path.contains("/namespaces/" + namespace + "/mcpgatewayextensions/"))
        .count();
  }

  @Override
  public void close() {
    server.stop(0);
    cutWatches();
    executor.shutdownNow();
    upstream.shutdownNow();
  }

  private void handle(HttpExchange exchange) throws IOException {
    String query = exchange.getRequestURI().getRawQuery();
    Request request =
        new Request(
            exchange.getRequestMethod(),
            exchange.getRequestURI().getRawPath(),
            query == null ? "" : query);
    byte[] body = exchange.getRequestBody().readAllBytes();
    requests.add(request);
    try (exchange) {
      switch (fate.apply(request)) {
        case Fate.Pass p -> forward(exchange, request, body);
        case Fate.Answer(int code, String reason) -> answer(exchange, code, reason);
        case Fate.Cut c -> {
          // Closing without an answer is all there is to do.
        }
        case Fate.PassThenCut c -> {
          try (InputStream ignored = send(exchange, request, body).body()) {
            ignored.readAllBytes();
          }
        }
        case Fate.Hold(CountDownLatch until) -> {
          until.await();
          forward(exchange, request, body);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private HttpResponse<InputStream> send(HttpExchange exchange, Request request, byte[] body)
      throws IOException, InterruptedException {
    String base = user.getMasterUrl().replaceAll("/$", "");
    HttpRequest.Builder forwarded =
        HttpRequest.newBuilder(
                URI.create(
                    base
                        + request.path()
                        + (request.query().isEmpty() ? "" : "?" + request.query())))
            .method(request.method(), HttpRequest.BodyPublishers.ofByteArray(body));
    for (String header : List.of("Content-Type", "Accept", "User-Agent")) {
      String value = exchange.getRequestHeaders().getFirst(header);
      if (value != null) {
        forwarded.header(header, value);
      }
    }
    if (user.getOauthToken() != null) {
      forwarded.header("Authorization", "Bearer " + user.getOauthToken());
    }
    return upstream.send(forwarded.build(), HttpResponse.BodyHandlers.ofInputStream());
  }

  private void forward(HttpExchange exchange, Request request, byte[] body)
      throws IOException, InterruptedException {
    HttpResponse<InputStream> response = send(exchange, request, body);
    if (response.statusCode() < 300) {
      done.add(request);
    }
    response
        .headers()
        .firstValue("Content-Type")
        .ifPresent(type -> exchange.getResponseHeaders().add("Content-Type", type));
    if (!request.watch() || response.statusCode() != 200) {
      byte[] answer;
      try (InputStream in = response.body()) {
        answer = in.readAllBytes();
      }
      exchange.sendResponseHeaders(response.statusCode(), answer.length == 0 ? -1 : answer.length);
      exchange.getResponseBody().write(answer);
      return;
    }
    exchange.sendResponseHeaders(200, 0);
    try (BufferedReader lines = new BufferedReader(new InputStreamReader(response.body(), UTF_8));
        OutputStream out = exchange.getResponseBody()) {
      OptionalLong from = resourceVersion(request);
      watches.put(response.body(), out);
      send(out, bookmark(from.isPresent() ? Long.toString(from.getAsLong()) : ""));
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        for (String changed : events.apply(request, line)) {
          if (changed.equals(BREAK)) {
            return;
          }
          send(out, changed);
        }
      }
    } finally {
      watches.remove(response.body());
    }
  }

  /**
   * What an API server sends about once a minute: nothing has happened until here. fabric8 takes a
   * watch over plain HTTP for live when its first line arrives.
   */
  private static String bookmark(String resourceVersion) {
    return """
    {"type":"BOOKMARK","object":{"kind":"Bookmark","apiVersion":"v1","metadata":{"resourceVersion":"%s"}}}\
    """
        .formatted(resourceVersion);
  }

  private static void send(OutputStream watch, String line) throws IOException {
    synchronized (watch) {
      watch.write((line + "\n").getBytes(UTF_8));
      watch.flush();
    }
  }

  private static void answer(HttpExchange exchange, int code, String reason) throws IOException {
    if (code == 429) {
      // As kube-apiserver refuses what it has no room for (apiserver, filters/maxinflight.go).
      exchange.getResponseHeaders().add("Retry-After", "1");
      answer(exchange, code, "text/plain; charset=utf-8", "Too many requests, please try again.\n");
      return;
    }
    answer(
        exchange,
        code,
        "application/json",
        """
        {"kind":"Status","apiVersion":"v1","status":"Failure","code":%d,"reason":"%s","message":"by the fault proxy"}
        """
            .formatted(code, reason));
  }

  private static void answer(HttpExchange exchange, int code, String type, String text)
      throws IOException {
    byte[] body = text.getBytes(UTF_8);
    exchange.getResponseHeaders().add("Content-Type", type);
    exchange.sendResponseHeaders(code, body.length);
    exchange.getResponseBody().write(body);
  }
}
