package dev.mcpgateway.local.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * One line of the file of running processes: {@code PID START NAME}. The start time (milliseconds
 * since the epoch) makes it safe to end a process long after the number was written down: a number
 * is used again, number and start time together are not.
 */
public record ProcessRecord(long pid, long startMillis, String name) {
  /** What to write down about a running process. */
  public static ProcessRecord of(ProcessHandle handle, String name) {
    return new ProcessRecord(handle.pid(), start(handle), name);
  }

  private static long start(ProcessHandle handle) {
    return handle.info().startInstant().map(Instant::toEpochMilli).orElse(0L);
  }

  static Optional<ProcessRecord> parse(String line) {
    var parts = line.split(" ", 3);
    if (parts.length < 3 || !parts[0].matches("\\d+") || !parts[1].matches("\\d+")) {
      return Optional.empty();
    }
    return Optional.of(
        new ProcessRecord(Long.parseLong(parts[0]), Long.parseLong(parts[1]), parts[2]));
  }

  /** As it stands in a file. */
  public String line() {
    return pid + " " + startMillis + " " + name;
  }

  /** All records of a file; none when there is no file. */
  public static List<ProcessRecord> read(Path file) {
    try {
      return Files.exists(file)
          ? Files.readAllLines(file).stream()
              .map(ProcessRecord::parse)
              .flatMap(Optional::stream)
              .toList()
          : List.of();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Whether the very process that was written down still runs. */
  public boolean alive() {
    return ProcessHandle.of(pid).filter(h -> h.isAlive() && start(h) == startMillis).isPresent()
        && !zombie();
  }

  /** Ended, but its parent has not looked yet, which in some containers nobody ever does. */
  private boolean zombie() {
    try {
      var stat = Files.readString(Path.of("/proc", Long.toString(pid), "stat"));
      return stat.startsWith(" Z", stat.lastIndexOf(')') + 1);
    } catch (IOException e) {
      return false;
    }
  }

  /** Whether the number now belongs to somebody else; then nothing may be sent to it. */
  boolean foreign() {
    return ProcessHandle.of(pid).filter(h -> h.isAlive() && start(h) != startMillis).isPresent();
  }
}
