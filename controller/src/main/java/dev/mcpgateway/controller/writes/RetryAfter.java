package dev.mcpgateway.controller.writes;

import dev.mcpgateway.controller.queue.Ticker;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.http.AsyncBody;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.HttpResponse;
import io.fabric8.kubernetes.client.http.Interceptor;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Remembers for how long the API server has asked to be left alone. One that has too much to do
 * says so in a header (RFC 9110, 10.2.3) of an answer without a Status (kube-apiserver,
 * priority-and-fairness and max-in-flight filters), of which fabric8's exceptions tell nothing.
 */
public final class RetryAfter implements Interceptor {
  /** Whatever it asks for: a minute later it may have been started anew. */
  static final Duration LONGEST = Duration.ofMinutes(1);

  private static final int TOO_MANY_REQUESTS = 429;
  private static final int UNAVAILABLE = 503;

  private final Ticker ticker;
  private final AtomicLong until;

  public RetryAfter(Ticker ticker) {
    this.ticker = ticker;
    this.until = new AtomicLong(ticker.nanos());
  }

  /** How long whoever was refused shall wait before it tries again; zero when nobody says so. */
  public Duration asked(KubernetesClientException refusal) {
    Duration told = told(refusal);
    Duration left = asks(refusal.getCode()) ? left() : Duration.ZERO;
    return told.compareTo(left) > 0 ? told : left;
  }

  /** What an API server says that is too busy for this one only. */
  private static Duration told(KubernetesClientException e) {
    Integer seconds =
        e.getStatus() == null || e.getStatus().getDetails() == null
            ? null
            : e.getStatus().getDetails().getRetryAfterSeconds();
    return seconds == null ? Duration.ZERO : Duration.ofSeconds(seconds);
  }

  /** How much longer it wants to be left alone; zero when it does not. */
  Duration left() {
    long left = until.get() - ticker.nanos();
    return left > 0 ? Duration.ofNanos(left) : Duration.ZERO;
  }

  /** Whether an answer is one of those that ask to be left alone. */
  private static boolean asks(int code) {
    return code == TOO_MANY_REQUESTS || code == UNAVAILABLE;
  }

  @Override
  public void after(
      HttpRequest request, HttpResponse<?> response, AsyncBody.Consumer<List<ByteBuffer>> body) {
    if (asks(response.code())) {
      seconds(response.header("Retry-After")).ifPresent(this::leaveAlone);
    }
  }

  private void leaveAlone(long seconds) {
    long end = ticker.nanos() + Math.min(seconds, LONGEST.toSeconds()) * 1_000_000_000L;
    var _ = until.accumulateAndGet(end, (one, other) -> one - other > 0 ? one : other);
  }

  /** A date would depend on two clocks; no API server sends one. */
  private static OptionalLong seconds(@Nullable String header) {
    return header != null && header.matches("\\d{1,9}")
        ? OptionalLong.of(Long.parseLong(header))
        : OptionalLong.empty();
  }
}
