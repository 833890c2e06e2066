package dev.mcpgateway.broker.upstream;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/**
 * One HTTP request and its answer, cut off at the deadline whatever the server does. The JDK's own
 * request timeout ends with the answer's headers; a body that drips is cut by closing it.
 */
final class Exchange implements AutoCloseable {
  private final HttpResponse<InputStream> response;
  private final ScheduledFuture<?> watchdog;
  private final UpstreamLimits limits;
  private volatile boolean expired;

  private Exchange(
      HttpResponse<InputStream> response,
      Duration remaining,
      ScheduledExecutorService timer,
      UpstreamLimits limits) {
    this.response = response;
    this.limits = limits;
    this.watchdog =
        timer.schedule(this::expire, Math.max(0, remaining.toMillis()), TimeUnit.MILLISECONDS);
  }

  /**
   * Sends the request.
   *
   * @throws UpstreamException when there is no answer
   */
  static Exchange send(
      HttpClient client,
      HttpRequest.Builder request,
      ScheduledExecutorService timer,
      UpstreamLimits limits)
      throws InterruptedException {
    long started = System.nanoTime();
    HttpResponse<InputStream> response =
        answer(client, request.timeout(limits.requestTimeout()).build(), limits);
    Duration used = Duration.ofNanos(System.nanoTime() - started);
    return new Exchange(response, limits.requestTimeout().minus(used), timer, limits);
  }

  /**
   * Sends the request and gives its answer as soon as the headers are there; nothing limits how
   * long the body takes.
   *
   * @throws UpstreamException when there is no answer
   */
  static HttpResponse<InputStream> answer(
      HttpClient client, HttpRequest request, UpstreamLimits limits) throws InterruptedException {
    try {
      return client.send(request, BodyHandlers.ofInputStream());
    } catch (IOException e) {
      throw new UpstreamException(Failures.describe(e, limits, mask(request)));
    } catch (IllegalArgumentException e) {
      // For example a port no computer has; the configuration checks the spelling only.
      throw new UpstreamException("the URL cannot be used");
    }
  }

  int status() {
    return response.statusCode();
  }

  /** Value of a header, empty when absent. */
  String header(String name) {
    return response.headers().firstValue(name).orElse("");
  }

  /** Hides the credential that was sent. */
  CredentialMask mask() {
    return mask(response.request());
  }

  private static CredentialMask mask(HttpRequest request) {
    return CredentialMask.of(request.headers().firstValue("Authorization").orElse(null));
  }

  URI uri() {
    return response.uri();
  }

  InputStream body() {
    return response.body();
  }

  /** At most {@code limit} bytes of the body; the rest is not read. */
  byte[] read(int limit) throws InterruptedException {
    try {
      return response.body().readNBytes(limit);
    } catch (IOException e) {
      throw failure(e);
    }
  }

  /** What a failure to read the body means: the deadline, an interrupt, or the server's fault. */
  UpstreamException failure(IOException e) throws InterruptedException {
    if (Thread.interrupted()) {
      throw new InterruptedException();
    }
    return new UpstreamException(
        expired ? Failures.noAnswer(limits) : Failures.describe(e, limits, mask()));
  }

  private void expire() {
    expired = true;
    closeBody();
  }

  private void closeBody() {
    try {
      response.body().close();
    } catch (IOException ignored) {
      // nothing is left to be done with this answer
    }
  }

  @Override
  public void close() {
    watchdog.cancel(false);
    closeBody();
  }
}
