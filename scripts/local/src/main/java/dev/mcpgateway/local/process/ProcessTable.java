package dev.mcpgateway.local.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Starts processes and ends them all. Three nets, because a platform on a developer's machine gets
 * killed in every possible way: the table itself ({@link #close}), the file of records, which
 * {@link Reaper} works through after a crash, and a guard process that notices the death of this
 * JVM at once. Every process carries {@value #MARKER} in its environment, so that one that left its
 * group is found as well.
 */
public final class ProcessTable implements AutoCloseable {
  /** Environment variable of every process of a platform: {@code FOLDER#ID}. */
  public static final String MARKER = "MCP_LOCAL_PLATFORM";

  private final Path records;
  private final String marker;
  private final Map<ChildProcess, ProcessRecord> running = new ConcurrentHashMap<>();
  private @Nullable Process guard;
  private volatile boolean closed;

  public ProcessTable(Path folder, Path records) {
    this.records = records;
    this.marker = folder.toAbsolutePath().normalize() + "#" + UUID.randomUUID();
  }

  /** Starts the guard; from now on the processes die with this JVM. */
  public void guard() throws IOException {
    var builder = new ProcessBuilder(detached(Signals.sweepCommand(MARKER + "=" + marker, 0)));
    builder.redirectOutput(ProcessBuilder.Redirect.DISCARD);
    builder.redirectError(ProcessBuilder.Redirect.DISCARD);
    builder.environment().remove(MARKER);
    guard = builder.start();
  }

  /**
   * Starts a process in a session of its own.
   *
   * @throws IOException if the program cannot be started
   */
  public ChildProcess start(Launch launch) throws IOException {
    if (closed) {
      throw new IOException("the platform is stopping");
    }
    Files.createDirectories(launch.folder());
    Files.createDirectories(launch.log().toAbsolutePath().getParent());
    requireProgram(launch);
    var builder =
        new ProcessBuilder(detached(launch.command())).directory(launch.folder().toFile());
    builder.redirectErrorStream(true);
    builder.redirectOutput(ProcessBuilder.Redirect.appendTo(launch.log().toFile()));
    builder.redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()));
    builder.environment().clear();
    builder.environment().putAll(launch.environment());
    builder.environment().put(MARKER, marker);
    var process = builder.start();
    var child = new ChildProcess(launch.name(), process);
    remember(child, process);
    return child;
  }

  /** What is running now, in no particular order. */
  public List<ProcessRecord> running() {
    return List.copyOf(running.values());
  }

  private void remember(ChildProcess child, Process process) {
    running.put(child, ProcessRecord.of(process.toHandle(), child.name()));
    write();
    var _ =
        process
            .onExit()
            .thenRun(() -> {
              Signals.killGroup(child.pid());
              running.remove(child);
              write();
            });
    if (closed) {
      child.kill();
    }
  }

  /** Setsid reports a missing program only as exit code 127; say it as Java would. */
  private static void requireProgram(Launch launch) throws IOException {
    var program = launch.command().getFirst();
    var found =
        program.contains("/")
            ? Files.isExecutable(launch.folder().resolve(program))
            : List.of(launch.environment().getOrDefault("PATH", "/usr/bin:/bin").split(":", -1))
                .stream()
                .anyMatch(p -> Files.isExecutable(Path.of(p, program)));
    if (!found) {
      throw new IOException("no executable " + program);
    }
  }

  private static List<String> detached(List<String> command) {
    var all = new ArrayList<>(List.of("setsid"));
    all.addAll(command);
    return all;
  }

  private synchronized void write() {
    if (closed) {
      return;
    }
    var text =
        running.values().stream().map(r -> r.line() + "\n").sorted().collect(Collectors.joining());
    try {
      var next = records.resolveSibling(records.getFileName() + ".next");
      Files.writeString(next, text);
      Files.move(
          next, records, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Kills everything that is still running. Nothing can be started afterwards. */
  @Override
  public void close() {
    synchronized (this) {
      closed = true;
    }
    running.keySet().forEach(ChildProcess::kill);
    Signals.run(Signals.sweepCommand(MARKER + "=" + marker, ProcessHandle.current().pid()));
    if (guard != null) {
      guard.destroyForcibly();
    }
  }
}
