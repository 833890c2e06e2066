package dev.mcpgateway.controller.delivery;

import dev.mcpgateway.broker.api.push.PushCodec;
import dev.mcpgateway.broker.api.push.PushRequest;
import dev.mcpgateway.broker.api.push.Sealer;
import java.net.ProxySelector;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.Executors;

/** Speaks to {@code /push} of brokers. */
final class PushClient implements AutoCloseable {
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(2);

  /** To the head of an answer, beyond the time it may be held. */
  private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(10);

  private final HttpClient http =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .followRedirects(HttpClient.Redirect.NEVER)
          .connectTimeout(CONNECT_TIMEOUT)
          // Where pods are not reached directly, the JVM's own settings say how.
          .proxy(ProxySelector.getDefault())
          .executor(Executors.newVirtualThreadPerTaskExecutor())
          .build();

  /** Sends a request without waiting for the answer. */
  Exchange send(URI push, Sealer sealer, PushRequest request) {
    UUID id = UUID.randomUUID();
    HttpRequest message =
        HttpRequest.newBuilder(push)
            .header("Content-Type", "application/octet-stream")
            .timeout(ANSWER_TIMEOUT.plusMillis(request.waitMillis()))
            .POST(BodyPublishers.ofByteArray(sealer.sealRequest(id, PushCodec.write(request))))
            .build();
    return new Exchange(id, sealer, http.sendAsync(message, BodyHandlers.ofInputStream()));
  }

  @Override
  public void close() {
    http.shutdownNow();
  }
}
