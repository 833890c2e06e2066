package dev.mcpgateway.controller.delivery;

import dev.mcpgateway.broker.api.push.InvalidPushException;
import dev.mcpgateway.broker.api.push.PushCodec;
import dev.mcpgateway.broker.api.push.PushReply;
import dev.mcpgateway.broker.api.push.PushRequest;
import dev.mcpgateway.broker.api.push.Sealer;
import java.io.IOException;
import java.net.ConnectException;
import java.net.ProxySelector;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Speaks to {@code /push} of brokers. */
final class PushClient implements AutoCloseable {
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(2);

  /** For an answer to its last byte, beyond the time it may be held. */
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

  /**
   * Sends a request and opens the reply.
   *
   * @return fails with a {@link DeliveryException}, possibly as the cause of a {@link
   *     CompletionException}
   */
  CompletableFuture<PushReply> send(URI push, Sealer sealer, PushRequest request) {
    UUID exchange = UUID.randomUUID();
    Duration atMost = ANSWER_TIMEOUT.plusMillis(request.waitMillis());
    HttpRequest message =
        HttpRequest.newBuilder(push)
            .header("Content-Type", "application/octet-stream")
            .timeout(atMost)
            .POST(
                BodyPublishers.ofByteArray(sealer.sealRequest(exchange, PushCodec.write(request))))
            .build();
    CompletableFuture<HttpResponse<byte[]>> answer =
        http.sendAsync(
            message, BodyHandlers.limiting(BodyHandlers.ofByteArray(), PushCodec.MAX_REPLY_BYTES));
    return answer
        // The client's own timeout ends with the head of the answer. On a copy: what timed out
        // itself could not be cancelled any more.
        .copy()
        .orTimeout(atMost.toMillis(), TimeUnit.MILLISECONDS)
        .handle((response, failure) -> {
          if (failure != null) {
            answer.cancel(true);
            throw new CompletionException(DeliveryException.because(words(failure)));
          }
          try {
            return open(response, sealer, exchange);
          } catch (DeliveryException e) {
            throw new CompletionException(e);
          }
        });
  }

  @Override
  public void close() {
    http.shutdownNow();
  }

  private static PushReply open(HttpResponse<byte[]> response, Sealer sealer, UUID exchange)
      throws DeliveryException {
    switch (response.statusCode()) {
      case 200 -> {
        byte[] plain = sealer.openReply(exchange, response.body());
        if (plain == null) {
          throw DeliveryException.because("the answer is not sealed with the instance's push key");
        }
        try {
          return PushCodec.readReply(plain);
        } catch (InvalidPushException e) {
          throw DeliveryException.because("the answer is " + e.getMessage());
        }
      }
      case 401 -> throw DeliveryException.unauthorized();
      case 503 -> throw DeliveryException.because("busy or stopping (HTTP 503)");
      default -> throw DeliveryException.because("HTTP " + response.statusCode());
    }
  }

  private static String words(Throwable failure) {
    return switch (failure instanceof CompletionException e && e.getCause() != null
        ? e.getCause()
        : failure) {
      case HttpTimeoutException _ -> "timed out";
      case TimeoutException _ -> "timed out";
      case ConnectException _ -> "connection refused";
      case IOException e -> "connection failed: " + e.getClass().getSimpleName();
      case Throwable e -> "failed: " + e.getClass().getSimpleName();
    };
  }
}
