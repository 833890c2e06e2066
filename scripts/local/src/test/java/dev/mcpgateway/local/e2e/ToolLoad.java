package dev.mcpgateway.local.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** A client that calls one tool all the time; whatever is not the tool's answer is kept. */
final class ToolLoad implements AutoCloseable {
  private static final long PAUSE_MILLIS = 50;

  private final McpHttp http;
  private final String session;
  private final String tool;
  private final String arguments;
  private final String expected;
  private final AtomicLong answered = new AtomicLong();
  private final Queue<String> failed = new ConcurrentLinkedQueue<>();
  private final CountDownLatch end = new CountDownLatch(1);
  private final Thread caller;

  /**
   * @param http closed with this load
   */
  ToolLoad(McpHttp http, String tool, String arguments, String expected)
      throws IOException, InterruptedException {
    this.http = http;
    this.session = http.open();
    this.tool = tool;
    this.arguments = arguments;
    this.expected = expected;
    this.caller = Thread.ofVirtual().name("tool-load").start(this::run);
    awaitMore(1);
  }

  /** Waits for further right answers, and that there was no wrong one. */
  void awaitMore(long calls) {
    long target = answered.get() + calls;
    await()
        .atMost(Duration.ofSeconds(60))
        .untilAsserted(() -> {
          assertThat(failed).isEmpty();
          assertThat(answered.get()).isGreaterThanOrEqualTo(target);
        });
  }

  @Override
  public void close() {
    end.countDown();
    try {
      caller.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    http.close();
  }

  private void run() {
    try {
      do {
        call();
      } while (!end.await(PAUSE_MILLIS, TimeUnit.MILLISECONDS));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void call() throws InterruptedException {
    try {
      HttpResponse<String> answer = http.call(session, tool, arguments);
      if (answer.statusCode() == 200 && answer.body().contains(expected)) {
        answered.incrementAndGet();
      } else {
        failed.add(answer.statusCode() + " " + answer.body());
      }
    } catch (IOException e) {
      failed.add(e.toString());
    }
  }
}
