package dev.mcpgateway.local;

import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The parts of a platform in the order they were started, to be ended in the opposite order, at any
 * moment and from any thread.
 */
final class Parts implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Parts.class);

  private final Deque<AutoCloseable> parts = new ArrayDeque<>();
  private boolean closed;

  /**
   * Remembers a part that was just started.
   *
   * @throws IllegalStateException if the end has begun; the part is ended at once
   */
  <T extends AutoCloseable> T keep(T part) {
    synchronized (parts) {
      if (!closed) {
        parts.push(part);
        return part;
      }
    }
    end(part);
    throw new IllegalStateException("the platform is stopping");
  }

  @Override
  public void close() {
    for (var part = next(); part != null; part = next()) {
      end(part);
    }
  }

  private @Nullable AutoCloseable next() {
    synchronized (parts) {
      closed = true;
      return parts.poll();
    }
  }

  private static void end(AutoCloseable part) {
    try {
      part.close();
    } catch (Exception e) {
      // The others must be ended all the same.
      log.atWarn()
          .addKeyValue("part", part.getClass().getSimpleName())
          .setCause(e)
          .log("Not ended cleanly");
    }
  }
}
