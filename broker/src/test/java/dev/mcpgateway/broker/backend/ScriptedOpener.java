package dev.mcpgateway.broker.backend;

import dev.mcpgateway.broker.api.config.ServerConfig;
import dev.mcpgateway.broker.route.ServerSession;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Opens sessions as a test wants and remembers what was asked. */
public final class ScriptedOpener implements SessionOpener {
  public final AtomicInteger opened = new AtomicInteger();
  public final Queue<String> ended = new ConcurrentLinkedQueue<>();
  public volatile Script script =
      (server, number) -> new Opening.Opened(new ServerSession("backend-" + number, "2025-06-18"));

  /** What the n-th opening comes to; may block. */
  @FunctionalInterface
  public interface Script {
    Opening open(ServerConfig server, int number) throws InterruptedException;
  }

  /** Sessions that use this opener. */
  public BackendSessions sessions(int capacity, Duration timeout, Clock clock) {
    return new BackendSessions(this, capacity, timeout, clock, new SimpleMeterRegistry());
  }

  @Override
  public Opening open(ServerConfig server, @Nullable String protocolVersion, CallerHeaders headers)
      throws InterruptedException {
    return script.open(server, opened.incrementAndGet());
  }

  @Override
  public void end(ServerConfig server, ServerSession session, CallerHeaders headers) {
    ended.add(server.name() + " " + session.id());
  }
}
