package dev.mcpgateway.controller.loop;

import dev.mcpgateway.controller.queue.Ticker;
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

  /** How much longer it wants to be left alone; zero when it does not. */
  public Duration left() {
    long left = until.get() - ticker.nanos();
    return left > 0 ? Duration.ofNanos(left) : Duration.ZERO;
  }

  /** Whether an answer is one of those that ask to be left alone. */
  static boolean asks(int code) {
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
