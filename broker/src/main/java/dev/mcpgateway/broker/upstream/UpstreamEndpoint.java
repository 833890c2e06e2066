package dev.mcpgateway.broker.upstream;

import dev.mcpgateway.broker.api.config.ServerConfig;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.concurrent.ScheduledExecutorService;

/**
 * Where one server is and how to send it something.
 *
 * @param client shared by all servers; follows no redirects
 * @param timer cuts answers that take too long
 */
record UpstreamEndpoint(
    ServerConfig server, HttpClient client, ScheduledExecutorService timer, UpstreamLimits limits) {
  private static final String USER_AGENT = "mcp-gateway-broker";

  /**
   * A POST of one message (MCP 2025-11-25, Streamable HTTP, Sending Messages to the Server).
   *
   * @throws UpstreamException when there is no answer
   */
  Exchange post(byte[] message, SessionHeaders session) throws InterruptedException {
    HttpRequest.Builder request =
        request(session)
            .header("Content-Type", "application/json")
            .header("Accept", "application/json, text/event-stream")
            .POST(BodyPublishers.ofByteArray(message));
    return Exchange.send(client, request, timer, limits);
  }

  /** Ends the session at the server (Session Management, rule 5). */
  Exchange delete(SessionHeaders session) throws InterruptedException {
    return Exchange.send(client, request(session).DELETE(), timer, limits);
  }

  /** The request that opens the server's stream (Listening for Messages from the Server). */
  HttpRequest listen(SessionHeaders session) {
    return request(session).header("Accept", "text/event-stream").GET().build();
  }

  /** Hides the credential in what the server says. */
  CredentialMask mask() {
    return CredentialMask.of(server.credential());
  }

  private HttpRequest.Builder request(SessionHeaders session) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(server.url())).header("User-Agent", USER_AGENT);
    String credential = server.credential();
    if (credential != null) {
      authorize(request, credential.strip());
    }
    session.applyTo(request);
    return request;
  }

  /** Files that Secrets are made of often end in a line feed, which no header value may hold. */
  private static void authorize(HttpRequest.Builder request, String credential) {
    if (!credential.chars().allMatch(c -> c == '\t' || (c >= 0x20 && c < 0x7f))) {
      // The builder's own message would quote the credential.
      throw new UpstreamException("the credential is not usable as an Authorization header");
    }
    request.header("Authorization", credential);
  }
}
