package dev.mcpgateway.local.e2e;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Runs commands the way a person would, and keeps what they print. */
final class Shell {
  /** Longer than the longest {@code --timeout} of a command, whose own words say more. */
  private static final long SECONDS = 300;

  private final Path directory;
  private final Map<String, String> environment;

  Shell(Path directory, Map<String, String> environment) {
    this.directory = directory;
    this.environment = Map.copyOf(environment);
  }

  /** What a command printed on standard output and error, and how it ended. */
  record Result(List<String> command, int exitCode, String output) {
    boolean ok() {
      return exitCode == 0;
    }

    /** The output of a command that must succeed. */
    String orFail() {
      if (!ok()) {
        throw new AssertionError(
            "exit code %d of %s:%n%s".formatted(exitCode, String.join(" ", command), output));
      }
      return output;
    }
  }

  Result run(List<String> command) {
    try {
      Path output = Files.createTempFile("command", ".out");
      try {
        ProcessBuilder builder =
            new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile());
        builder.environment().putAll(environment);
        Process process = builder.start();
        if (!process.waitFor(SECONDS, TimeUnit.SECONDS)) {
          process.destroyForcibly();
          throw new AssertionError("no end after %d s: %s".formatted(SECONDS, command));
        }
        return new Result(
            command, process.exitValue(), Files.readString(output, StandardCharsets.UTF_8));
      } finally {
        Files.deleteIfExists(output);
      }
    } catch (IOException e) {
      throw new AssertionError("cannot run " + command, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted during " + command, e);
    }
  }
}
