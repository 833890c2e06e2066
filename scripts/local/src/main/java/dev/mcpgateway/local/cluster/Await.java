package dev.mcpgateway.local.cluster;

import dev.mcpgateway.local.process.ChildProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;

/**
 * Waiting for a program to become ready, with a deadline and with its last words if it dies
 * instead.
 */
final class Await {
  private static final long PAUSE_MILLIS = 50;
  private static final int LAST_LINES = 15;

  private Await() {}

  static void until(
      String what, ChildProcess child, Path log, Duration limit, Callable<Boolean> done) {
    var deadline = Instant.now().plus(limit);
    Exception last = null;
    while (Instant.now().isBefore(deadline)) {
      try {
        if (done.call()) {
          return;
        }
      } catch (Exception e) {
        // Not there yet; told if it never gets there.
        last = e;
      }
      if (!child.alive()) {
        throw new IllegalStateException(child.name() + " ended while starting:\n" + tail(log));
      }
      pause();
    }
    throw new IllegalStateException(
        what
            + " within "
            + limit.toSeconds()
            + " s. Last words of "
            + child.name()
            + ":\n"
            + tail(log),
        last);
  }

  private static void pause() {
    try {
      Thread.sleep(PAUSE_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while waiting", e);
    }
  }

  private static String tail(Path log) {
    try {
      List<String> lines = Files.readAllLines(log);
      return String.join("\n", lines.subList(Math.max(0, lines.size() - LAST_LINES), lines.size()));
    } catch (IOException e) {
      return "(no log: " + log + ")";
    }
  }
}
