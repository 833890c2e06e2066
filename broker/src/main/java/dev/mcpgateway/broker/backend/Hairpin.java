package dev.mcpgateway.broker.backend;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.mcpgateway.broker.api.InternalHeaders;
import dev.mcpgateway.broker.api.config.ServerConfig;
import dev.mcpgateway.broker.route.ServerPath;
import dev.mcpgateway.broker.route.ServerSession;
import dev.mcpgateway.broker.session.RouterTokens;
import dev.mcpgateway.broker.wire.ProtocolVersions;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/**
 * Opens sessions through the Gateway: the broker's own requests leave for the Gateway's private
 * host, come back to the router with a proof, and are routed to the server's host like a call. So
 * whatever stands on that route (token exchange, authorization, TLS to the server) holds for the
 * opening too, and the broker needs no other way to the servers.
 */
final class Hairpin implements SessionOpener {
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(2);
  private static final Duration END_TIMEOUT = Duration.ofSeconds(3);
  private static final byte[] INITIALIZED =
      "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/initialized\"}".getBytes(UTF_8);

  private final String privateHost;
  private final RouterTokens tokens;
  private final HttpClient client;

  /**
   * @param privateHost {@code host:port} of the Gateway inside the cluster, plain HTTP
   */
  Hairpin(String privateHost, RouterTokens tokens) {
    this.privateHost = privateHost;
    this.tokens = tokens;
    this.client =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(CONNECT_TIMEOUT)
            // A redirect would lead the broker, and its credentials, where no route allows it.
            .followRedirects(HttpClient.Redirect.NEVER)
            .executor(Executors.newVirtualThreadPerTaskExecutor())
            .build();
  }

  @Override
  public Opening open(ServerConfig server, @Nullable String protocolVersion, CallerHeaders headers)
      throws InterruptedException {
    try {
      HttpRequest.Builder initialize =
          request(server, "initialize", headers)
              .POST(BodyPublishers.ofByteArray(initialize(protocolVersion)));
      InitializeAnswer answer;
      HttpResponse<InputStream> response =
          client.send(initialize.build(), BodyHandlers.ofInputStream());
      try (InputStream body = response.body()) {
        answer = InitializeAnswer.read(response, body);
      }
      return switch (answer) {
        case InitializeAnswer.Accepted(ServerSession session) ->
            initialized(server, session, headers);
        case InitializeAnswer.Rejected(Opening reason) -> reason;
      };
    } catch (IOException e) {
      return interruptedOr(e);
    } catch (IllegalArgumentException e) {
      // The client library refuses header values no header may have; its message quotes them.
      return new Opening.Failed("the server's credential is no header value");
    }
  }

  @Override
  public void end(ServerConfig server, ServerSession session, CallerHeaders headers)
      throws InterruptedException {
    if (session.id() == null) {
      return;
    }
    try {
      HttpRequest.Builder request =
          request(server, "DELETE", headers).timeout(END_TIMEOUT).DELETE();
      client.send(inSession(request, session).build(), BodyHandlers.ofInputStream()).body().close();
    } catch (IOException | IllegalArgumentException ignored) {
      // Best effort: the server forgets the session by itself.
    }
  }

  private Opening initialized(ServerConfig server, ServerSession session, CallerHeaders headers)
      throws IOException, InterruptedException {
    HttpRequest.Builder request =
        inSession(request(server, "notifications/initialized", headers), session)
            .POST(BodyPublishers.ofByteArray(INITIALIZED));
    HttpResponse<InputStream> response = client.send(request.build(), BodyHandlers.ofInputStream());
    response.body().close();
    int status = response.statusCode();
    return status >= 200 && status < 300
        ? new Opening.Opened(session)
        : InitializeAnswer.refusal("notifications/initialized", response);
  }

  private HttpRequest.Builder request(ServerConfig server, String method, CallerHeaders headers) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("http://" + privateHost + ServerPath.of(server)));
    for (Map.Entry<String, String> header : headers.values().entrySet()) {
      request.header(header.getKey(), header.getValue());
    }
    return request
        .header("user-agent", "mcp-gateway-router")
        .header("content-type", "application/json")
        .header("accept", "application/json, text/event-stream")
        .header(InternalHeaders.INIT_HOST, server.hostname())
        .header(InternalHeaders.ROUTER_KEY, tokens.issue(server.hostname(), server.name(), method));
  }

  private static HttpRequest.Builder inSession(HttpRequest.Builder request, ServerSession session) {
    if (session.id() != null) {
      request.header(InternalHeaders.SESSION_ID, session.id());
    }
    return request.header(InternalHeaders.PROTOCOL_VERSION, session.protocolVersion());
  }

  private static byte[] initialize(@Nullable String protocolVersion) {
    // No capabilities: what a server would ask of the client could not be carried back to it yet.
    return """
    {"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"%s",\
    "capabilities":{},"clientInfo":{"name":"mcp-gateway","version":"0.1.0"}}}\
    """
        .formatted(protocolVersion == null ? ProtocolVersions.LATEST : protocolVersion)
        .getBytes(UTF_8);
  }

  private static Opening interruptedOr(IOException e) throws InterruptedException {
    if (Thread.interrupted()) {
      throw new InterruptedException();
    }
    return new Opening.Failed("no connection: " + e.getClass().getSimpleName());
  }
}
