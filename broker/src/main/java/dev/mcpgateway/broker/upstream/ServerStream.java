package dev.mcpgateway.broker.upstream;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.mcpgateway.broker.wire.MessageParser;
import dev.mcpgateway.broker.wire.ParseResult.Parsed;
import dev.mcpgateway.broker.wire.SseEvent;
import dev.mcpgateway.broker.wire.SseReader;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * Listens to a server's own stream (MCP 2025-11-25, Listening for Messages from the Server) on a
 * thread of its own, for as long as the session lasts. A stream that ends is opened again; that it
 * ended is often the first sign that the server is gone, so the tools are read again as well.
 */
final class ServerStream implements AutoCloseable {
  private static final int NOT_IMPLEMENTED = 501;
  private static final int MAX_EVENT = 1024 * 1024;

  /** A stream that lasted this long was a good one: the next is opened soon. */
  private static final Duration GOOD = Duration.ofSeconds(10);

  private final UpstreamEndpoint endpoint;
  private final UpstreamSession session;
  private final Runnable refresh;
  private final RandomGenerator random;
  private final Thread thread;

  private ServerStream(
      UpstreamEndpoint endpoint,
      UpstreamSession session,
      Runnable refresh,
      RandomGenerator random) {
    this.endpoint = endpoint;
    this.session = session;
    this.refresh = refresh;
    this.random = random;
    this.thread =
        Thread.ofVirtual().name("stream " + endpoint.server().name()).unstarted(this::run);
  }

  static ServerStream start(
      UpstreamEndpoint endpoint,
      UpstreamSession session,
      Runnable refresh,
      RandomGenerator random) {
    ServerStream stream = new ServerStream(endpoint, session, refresh, random);
    stream.thread.start();
    return stream;
  }

  @Override
  public void close() {
    thread.interrupt();
  }

  private void run() {
    UpstreamLimits limits = endpoint.limits();
    int shortOnes = 0;
    try {
      while (!Thread.currentThread().isInterrupted()) {
        long started = System.nanoTime();
        if (!listen()) {
          return;
        }
        boolean good = System.nanoTime() - started >= GOOD.toNanos();
        shortOnes = good ? 1 : shortOnes + 1;
        refresh.run();
        Thread.sleep(Backoff.after(shortOnes, limits.firstRetry(), limits.checkInterval(), random));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Reads one stream to its end; false when the server offers none. */
  private boolean listen() throws InterruptedException {
    try {
      HttpResponse<InputStream> response =
          Exchange.answer(endpoint.client(), session.listenRequest(), endpoint.limits());
      try (InputStream body = response.body()) {
        if (response.statusCode() == 200) {
          read(body);
        } else if (response.statusCode() < 500 || response.statusCode() == NOT_IMPLEMENTED) {
          // 405: no stream here. For the others the next reading of the tools finds out more.
          return false;
        }
      }
    } catch (IOException | UpstreamException e) {
      if (Thread.interrupted()) {
        throw new InterruptedException();
      }
    }
    return true;
  }

  private void read(InputStream body) throws IOException, InterruptedException {
    SseReader events = new SseReader(new BufferedInputStream(body), MAX_EVENT);
    for (SseEvent event = events.next(); event != null; event = events.next()) {
      if (MessageParser.parse(event.data().getBytes(UTF_8)) instanceof Parsed(var message)) {
        session.incoming(message);
      }
    }
  }
}
