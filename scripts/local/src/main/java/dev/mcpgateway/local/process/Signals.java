package dev.mcpgateway.local.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Signals Java cannot send itself, sent by the shell's own {@code kill}. */
final class Signals {
  private static final long LIMIT_SECONDS = 20;

  /**
   * Ends every process that carries a text in its environment, at most five rounds because a
   * process may be forking while we look. Standard input is read to its end first, so the same
   * script is the guard that waits for the death of its parent.
   */
  private static final String SWEEP =
      """
      cat > /dev/null
      for round in 1 2 3 4 5; do
        found=
          for f in $(grep -lsF -- "$1" /proc/[0-9]*/environ); do
          p=${f#/proc/}; p=${p%/environ}
          [ "$p" = "$2" ] && continue
          found=1; kill -s KILL "$p" 2> /dev/null
        done
        [ -z "$found" ] && exit 0
        sleep 0.1
      done
      """;

  private Signals() {}

  static void killGroup(long leader) {
    run(List.of("/bin/sh", "-c", "kill -s KILL -- -" + leader + " 2> /dev/null || true"));
  }

  /**
   * The command that waits for the end of its input and then ends all processes whose environment
   * contains a text.
   */
  static List<String> sweepCommand(String text, long except) {
    return List.of("/bin/sh", "-c", SWEEP, "mcp-local-guard", text, Long.toString(except));
  }

  static void run(List<String> command) {
    try {
      var process =
          new ProcessBuilder(command)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      process.getOutputStream().close();
      if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
