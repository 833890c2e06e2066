package dev.mcpgateway.controller.delivery;

import dev.mcpgateway.broker.api.push.BrokerReport;
import dev.mcpgateway.broker.api.push.InvalidPushException;
import dev.mcpgateway.broker.api.push.PushCodec;
import dev.mcpgateway.broker.api.push.PushReply;
import dev.mcpgateway.broker.api.push.Sealer;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A request on its way to a broker, and the answer to it. Of an answer that nobody has begun to
 * read there is no more than its head. Used by one thread.
 */
final class Exchange {
  /** From the head of an answer to its last byte. */
  static final Duration BODY_TIMEOUT = Duration.ofSeconds(10);

  private static final int KIB = 1024;

  private final UUID id;
  private final Sealer sealer;
  private final CompletableFuture<HttpResponse<InputStream>> head;

  /**
   * An answer as it is kept.
   *
   * @param bytes it came in
   */
  record Received(PushReply reply, int bytes) {}

  Exchange(UUID id, Sealer sealer, CompletableFuture<HttpResponse<InputStream>> head) {
    this.id = id;
    this.sealer = sealer;
    this.head = head;
  }

  /** Whether the answer has begun to arrive, or never will. */
  boolean here() {
    return head.isDone();
  }

  /** Calls {@code then} once {@link #here}, on any thread. */
  void whenHere(Runnable then) {
    var _ = head.whenComplete((response, failure) -> then.run());
  }

  /** Gives it up: neither this side nor the broker is kept busy with it. */
  void cancel() {
    if (!head.cancel(true) && !head.isCompletedExceptionally()) {
      close(head.join().body());
    }
  }

  /**
   * Waits for the answer, and reads it as soon as there is room for it. Given up when interrupted.
   *
   * @param room what answers may take
   * @param silence the broker's; while its answer waits for room it does not last longer
   * @param keep what to keep of a report
   */
  Received receive(
      AnswerRoom room, String namespace, Silence silence, UnaryOperator<BrokerReport> keep)
      throws DeliveryException, InterruptedException {
    try {
      HttpResponse<InputStream> response = head.get();
      switch (response.statusCode()) {
        case 200 -> {
          int most = most(response);
          try (var _ = room.toRead(namespace, most / KIB + 1, silence)) {
            byte[] sealed = read(response.body(), most);
            try (var _ = room.toOpen(silence)) {
              return open(sealed, keep);
            }
          }
        }
        case 401 -> throw DeliveryException.unauthorized();
        case 503 -> throw DeliveryException.because("busy or stopping (HTTP 503)");
        default -> throw DeliveryException.because("HTTP " + response.statusCode());
      }
    } catch (ExecutionException e) {
      throw DeliveryException.because(words(e.getCause()));
    } finally {
      cancel();
    }
  }

  /** How long the answer may be. */
  private static int most(HttpResponse<?> response) throws DeliveryException {
    long announced =
        response.headers().firstValueAsLong("Content-Length").orElse(PushCodec.MAX_REPLY_BYTES);
    if (announced < 0 || announced > PushCodec.MAX_REPLY_BYTES) {
      throw tooLong();
    }
    return (int) announced;
  }

  private static byte[] read(InputStream body, int most)
      throws DeliveryException, InterruptedException {
    CompletableFuture<@Nullable Void> end =
        new CompletableFuture<@Nullable Void>()
            .orTimeout(BODY_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
    var _ =
        end.whenComplete((nothing, late) -> {
          if (late != null) {
            close(body);
          }
        });
    try {
      byte[] read = body.readNBytes(most + 1);
      if (read.length > most) {
        throw tooLong();
      }
      return read;
    } catch (IOException e) {
      // What interrupts the wait for the next bytes comes out as a failure to read.
      if (Thread.interrupted()) {
        throw new InterruptedException();
      }
      throw DeliveryException.because(end.isDone() ? "timed out" : words(e));
    } finally {
      var _ = end.complete(null);
    }
  }

  private Received open(byte[] sealed, UnaryOperator<BrokerReport> keep) throws DeliveryException {
    try {
      byte[] plain = sealer.openReply(id, sealed);
      if (plain == null) {
        throw DeliveryException.because("the answer is not sealed with the instance's push key");
      }
      PushReply reply = PushCodec.readReply(plain);
      return new Received(
          new PushReply(reply.outcome(), reply.error(), keep.apply(reply.report())), sealed.length);
    } catch (InvalidPushException e) {
      throw DeliveryException.because("the answer is " + e.getMessage());
    }
  }

  private static void close(InputStream body) {
    try {
      body.close();
    } catch (IOException e) {
      throw new UncheckedIOException("the end of an answer that is not read cannot fail", e);
    }
  }

  private static DeliveryException tooLong() {
    return DeliveryException.because(
        "the answer is longer than %d bytes".formatted(PushCodec.MAX_REPLY_BYTES));
  }

  private static String words(@Nullable Throwable failure) {
    return switch (failure) {
      case null -> "failed";
      case HttpTimeoutException _ -> "timed out";
      case ConnectException _ -> "connection refused";
      case IOException e -> "connection failed: " + e.getClass().getSimpleName();
      case Throwable e -> "failed: " + e.getClass().getSimpleName();
    };
  }
}
