package dev.mcpgateway.local;

import dev.mcpgateway.local.process.ProcessRecord;
import dev.mcpgateway.local.process.Reaper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The state folder of a platform and what lies where in it. A file lock says whether a platform
 * lives in it: the operating system gives it back however the platform ends.
 */
public record PlatformFolder(Path root) {
  static final String PLATFORM_LOG = "platform.log";
  private static final int SHORT_PATH = 60;

  public PlatformFolder {
    root = root.toAbsolutePath().normalize();
  }

  /** The administrator's kubeconfig. */
  public Path kubeconfig() {
    return root.resolve("kubeconfig");
  }

  /** Logs, kept until the next start. */
  public Path log() {
    return root.resolve("log");
  }

  Path data() {
    return root.resolve("data");
  }

  Path processes() {
    return root.resolve("processes");
  }

  Path services() {
    return root.resolve("services");
  }

  private Path ready() {
    return root.resolve("ready");
  }

  private Path runFolderName() {
    return root.resolve("run-folder");
  }

  /** The copy of the jar that a platform in the background runs from. */
  Path platformJar() {
    return root.resolve("mcp-local.jar");
  }

  private Path owner() {
    return root.resolve("owner");
  }

  /**
   * Takes the folder for this JVM, as long as the returned channel is open.
   *
   * @throws IllegalStateException if a platform lives in it
   */
  FileChannel take() throws IOException {
    Files.createDirectories(root);
    // Tokens and keys of the cluster are in it.
    Files.setPosixFilePermissions(root, PosixFilePermissions.fromString("rwx------"));
    var channel =
        FileChannel.open(root.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    if (taken() || !locked(channel)) {
      channel.close();
      throw new IllegalStateException(
          "there is a running platform in " + root + "; local.sh down ends it");
    }
    clear();
    Files.writeString(owner(), ProcessRecord.of(ProcessHandle.current(), "platform").line());
    return channel;
  }

  private static boolean locked(FileChannel channel) throws IOException {
    try {
      return channel.tryLock() != null;
    } catch (OverlappingFileLockException e) {
      return false;
    }
  }

  /** Whether a platform lives in this folder, ready or not. */
  boolean taken() {
    return ownerProcess().isPresent();
  }

  /** The process whose platform lives here, if it still does. */
  Optional<ProcessRecord> ownerProcess() {
    return ProcessRecord.read(owner()).stream().filter(ProcessRecord::alive).findFirst();
  }

  /** Marks the platform as ready; the octet tells others which addresses are its. */
  void markReady(int octet) throws IOException {
    Files.writeString(ready(), Integer.toString(octet));
  }

  /** The second octet of a ready platform. */
  OptionalInt octet() {
    try {
      return taken() && Files.exists(ready())
          ? OptionalInt.of(Integer.parseInt(Files.readString(ready()).strip()))
          : OptionalInt.empty();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A folder with a path short enough for Unix sockets (108 bytes); {@link #clear} removes it. */
  Path newRunFolder() throws IOException {
    var runtime = System.getenv("XDG_RUNTIME_DIR");
    boolean usable =
        runtime != null && runtime.length() < SHORT_PATH && Files.isWritable(Path.of(runtime));
    var folder = Files.createTempDirectory(Path.of(usable ? runtime : "/tmp"), "mcpl-");
    Files.writeString(runFolderName(), folder.toString());
    return folder;
  }

  /** Ends what a former platform left running in this folder and removes its state; logs stay. */
  void clear() throws IOException {
    Reaper.reap(root, processes());
    if (Files.exists(runFolderName())) {
      var run = Path.of(Files.readString(runFolderName()).strip());
      if (run.getFileName().toString().startsWith("mcpl-")) {
        delete(run);
      }
    }
    for (var path :
        new Path[] {kubeconfig(), processes(), services(), ready(), runFolderName(), owner()}) {
      Files.deleteIfExists(path);
    }
    delete(data());
  }

  /** Forgets the logs of former platforms; the one of this platform is already being written. */
  void clearLogs() throws IOException {
    Files.createDirectories(log());
    try (var all = Files.list(log())) {
      for (var path : all.toList()) {
        if (!path.endsWith(PLATFORM_LOG)) {
          delete(path);
        }
      }
    }
  }

  java.util.List<ProcessRecord> running() {
    return ProcessRecord.read(processes()).stream().filter(ProcessRecord::alive).toList();
  }

  private static void delete(Path folder) throws IOException {
    if (!Files.exists(folder, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    try (var all = Files.walk(folder)) {
      for (var path : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(path);
      }
    }
  }
}
