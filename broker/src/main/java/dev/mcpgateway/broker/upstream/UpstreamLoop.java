package dev.mcpgateway.broker.upstream;

import dev.mcpgateway.broker.catalog.OfferedTool;
import dev.mcpgateway.broker.upstream.UpstreamState.Condition;
import dev.mcpgateway.broker.upstream.UpstreamState.Condition.Down;
import dev.mcpgateway.broker.upstream.UpstreamState.Condition.Up;
import dev.mcpgateway.broker.upstream.UpstreamState.Condition.Waiting;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps one server's tools current, on a virtual thread of its own: connect, read the tools, wait
 * for the check interval or for the server to say that they changed, read again. A failure is tried
 * once more with a fresh session before the tools are taken out, because a server that restarted
 * has only forgotten the session (some say 404, some 400).
 */
final class UpstreamLoop implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(UpstreamLoop.class);

  private final UpstreamEndpoint endpoint;
  private final Semaphore permits;
  private final Clock clock;
  private final RandomGenerator random;
  private final Consumer<UpstreamState> report;
  private final Semaphore wake = new Semaphore(0);
  private final Thread thread;
  private UpstreamState state;
  private @Nullable UpstreamSession session;
  private @Nullable ServerStream stream;

  /**
   * @param initial what is known of the server
   * @param permits bounds how many servers are asked at the same time
   * @param report told the state after every reading, on this loop's thread
   */
  UpstreamLoop(
      UpstreamEndpoint endpoint,
      UpstreamState initial,
      Semaphore permits,
      Clock clock,
      RandomGenerator random,
      Consumer<UpstreamState> report) {
    this.endpoint = endpoint;
    this.state = initial;
    this.permits = permits;
    this.clock = clock;
    this.random = random;
    this.report = report;
    this.thread =
        Thread.ofVirtual().name("upstream " + endpoint.server().name()).unstarted(this::run);
  }

  void start() {
    thread.start();
  }

  /** Reads the tools again soon; many calls in a short time are one. */
  void refresh() {
    wake.release();
  }

  /** Ends the loop and then the session, without waiting for either. */
  @Override
  public void close() {
    thread.interrupt();
  }

  /** Waits for what {@link #close} began, at most this long. */
  void awaitEnd(Duration atMost) {
    try {
      thread.join(atMost);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void run() {
    int failures = 0;
    try {
      while (true) {
        failures = cycle() ? 0 : failures + 1;
        pause(failures);
      }
    } catch (InterruptedException e) {
      UpstreamSession open = forget();
      if (open != null) {
        end(open);
      }
    }
  }

  private boolean cycle() throws InterruptedException {
    permits.acquire();
    try {
      ToolList list = read();
      publish(new Up(currentSession().protocolVersion(), list.notes()), list.tools());
      return true;
    } catch (UpstreamException e) {
      drop();
      publish(new Down(e.reason()), state.tools());
      return false;
    } catch (RuntimeException e) {
      // A fault of ours: say so where people look, and go on, it may depend on what was read.
      log.atError().setCause(e).addKeyValue("server", endpoint.server().name()).log("Loop failed");
      drop();
      publish(new Down("internal error, see the broker's log"), state.tools());
      return false;
    } finally {
      permits.release();
    }
  }

  private ToolList read() throws InterruptedException {
    if (session != null) {
      try {
        return session.listTools();
      } catch (UpstreamException e) {
        log.atInfo()
            .addKeyValue("server", endpoint.server().name())
            .addKeyValue("reason", e.reason())
            .log("Opening a new session");
        drop();
      }
    }
    UpstreamSession opened = UpstreamSession.open(endpoint, this::refresh);
    session = opened;
    ToolList list = opened.listTools();
    stream = ServerStream.start(endpoint, opened, this::refresh, random);
    return list;
  }

  private UpstreamSession currentSession() {
    if (session == null) {
      throw new IllegalStateException("a successful reading leaves a session");
    }
    return session;
  }

  private void pause(int failures) throws InterruptedException {
    UpstreamLimits limits = endpoint.limits();
    Duration pause =
        failures == 0
            ? Backoff.around(limits.checkInterval(), random)
            : Backoff.after(failures, limits.firstRetry(), limits.maxRetry(), random);
    if (wake.tryAcquire(pause.toMillis(), TimeUnit.MILLISECONDS)) {
      // Whatever else is announced in the meantime is covered by the reading that follows.
      Thread.sleep(limits.refreshGap());
    }
    wake.drainPermits();
  }

  private void publish(Condition condition, List<OfferedTool> tools) {
    UpstreamState previous = state;
    state = new UpstreamState(endpoint.server(), clock.instant(), condition, tools);
    if (!previous.condition().equals(condition)) {
      logChange(condition);
    }
    report.accept(state);
  }

  private void logChange(Condition condition) {
    switch (condition) {
      case Up up ->
          log.atInfo()
              .addKeyValue("server", endpoint.server().name())
              .addKeyValue("protocolVersion", up.protocolVersion())
              .addKeyValue("tools", state.tools().size())
              .log("Server is served");
      case Down down ->
          log.atWarn()
              .addKeyValue("server", endpoint.server().name())
              .addKeyValue("reason", down.reason())
              .log("Server is not served");
      case Waiting ignored -> {
        // only before the first reading
      }
    }
  }

  /** Gives the session up; the server is told in the background. */
  private void drop() {
    UpstreamSession ended = forget();
    if (ended != null) {
      Thread.ofVirtual().name("end " + endpoint.server().name()).start(() -> end(ended));
    }
  }

  private @Nullable UpstreamSession forget() {
    if (stream != null) {
      stream.close();
      stream = null;
    }
    UpstreamSession forgotten = session;
    session = null;
    return forgotten;
  }

  private static void end(UpstreamSession session) {
    try {
      session.end();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
