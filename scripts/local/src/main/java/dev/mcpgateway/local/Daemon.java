package dev.mcpgateway.local;

import java.io.File;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** The platform in the background: a JVM in a session of its own. */
final class Daemon {
  private static final Duration UP_LIMIT = Duration.ofMinutes(4);
  private static final Duration DOWN_LIMIT = Duration.ofSeconds(20);
  private static final long LOOK_MILLIS = 50;
  private static final int LAST_LINES = 20;

  /** Informers and proxies of a small cluster; nothing here needs more. */
  private static final List<String> JVM =
      List.of(
          "-Xmx192m",
          // A platform that cannot go on ends, and with it all that it started.
          "-XX:+ExitOnOutOfMemoryError",
          // Netty, until it does without.
          "--sun-misc-unsafe-memory-access=allow",
          "-XX:+UseSerialGC",
          "-XX:TieredStopAtLevel=1",
          "-Xss512k",
          "--enable-native-access=ALL-UNNAMED");

  private final PlatformFolder folder;
  private final PrintStream err;

  Daemon(PlatformFolder folder, PrintStream err) {
    this.folder = folder;
    this.err = err;
  }

  /**
   * Makes sure that a platform runs and is ready.
   *
   * @throws IllegalStateException with its last words if it does not become ready
   */
  void ensure(List<Path> images) throws IOException, InterruptedException {
    if (folder.taken()) {
      if (!images.isEmpty()) {
        err.println("a platform runs already; --images is not looked at");
      }
      awaitReady(folder::taken);
      return;
    }
    // Tell about missing tools here rather than in a log.
    Tools.from(System.getenv());
    var process = start(images);
    awaitReady(() -> process.isAlive() || folder.taken());
  }

  private Process start(List<Path> images) throws IOException {
    Files.createDirectories(folder.log());
    var command = new ArrayList<String>();
    command.add("setsid");
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(JVM);
    command.addAll(List.of("-cp", classPath(), LocalMain.class.getName()));
    command.addAll(List.of("up", "--foreground"));
    images.forEach(i -> command.addAll(List.of("--images", i.toString())));
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(log().toFile())
        .redirectInput(Path.of("/dev/null").toFile())
        .start();
  }

  /**
   * The jar is copied, so that it can be built anew under a running platform; its libraries beside
   * it do not change.
   */
  private String classPath() throws IOException {
    var path = System.getProperty("java.class.path");
    if (!path.endsWith(".jar") || path.contains(File.pathSeparator)) {
      return path;
    }
    var jar = Path.of(path).toAbsolutePath();
    var copy = folder.platformJar();
    Files.copy(jar, copy, StandardCopyOption.REPLACE_EXISTING);
    return copy + File.pathSeparator + jar.resolveSibling("lib") + "/*";
  }

  private Path log() {
    return folder.log().resolve(PlatformFolder.PLATFORM_LOG);
  }

  private void awaitReady(BooleanSupplier alive) throws IOException, InterruptedException {
    long end = System.nanoTime() + UP_LIMIT.toNanos();
    while (folder.octet().isEmpty()) {
      if (!alive.getAsBoolean()) {
        throw new IllegalStateException("the platform did not start:\n" + tail());
      }
      if (System.nanoTime() > end) {
        throw new IllegalStateException(
            "the platform is not ready after " + UP_LIMIT.toSeconds() + " s; log: " + log());
      }
      TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
    }
  }

  private String tail() throws IOException {
    var lines = Files.exists(log()) ? Files.readAllLines(log()) : List.<String>of();
    return String.join("\n", lines.subList(Math.max(0, lines.size() - LAST_LINES), lines.size()));
  }

  /**
   * Ends the platform, by force if it does not end by itself, and whatever an earlier one left
   * behind.
   */
  void end() throws IOException, InterruptedException {
    var owner = folder.ownerProcess();
    if (owner.isPresent()) {
      var process = ProcessHandle.of(owner.get().pid());
      process.ifPresent(ProcessHandle::destroy);
      long end = System.nanoTime() + DOWN_LIMIT.toNanos();
      while (owner.get().alive() && System.nanoTime() < end) {
        TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
      }
      if (owner.get().alive()) {
        process.ifPresent(ProcessHandle::destroyForcibly);
      }
    }
    if (Files.isDirectory(folder.root())) {
      folder.clear();
      Files.deleteIfExists(folder.platformJar());
    }
  }
}
