package dev.mcpgateway.local.node;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * A volume's folder, updated the way a kubelet does it (its AtomicWriter): files live in a folder
 * of their own time stamp, {@code ..data} is a link to the current one, and what a program opens
 * are links through {@code ..data}. One rename changes all files of a volume at once; a reader
 * never sees half of an update.
 */
final class AtomicFolder {
  private static final String DATA = "..data";
  private static final String NEXT = "..data_tmp";
  private static final PosixFilePermission[] BITS = {
    PosixFilePermission.OTHERS_EXECUTE, PosixFilePermission.OTHERS_WRITE,
        PosixFilePermission.OTHERS_READ,
    PosixFilePermission.GROUP_EXECUTE, PosixFilePermission.GROUP_WRITE,
        PosixFilePermission.GROUP_READ,
    PosixFilePermission.OWNER_EXECUTE, PosixFilePermission.OWNER_WRITE,
        PosixFilePermission.OWNER_READ
  };

  /** Content and mode (as in {@code chmod}) of one file. */
  @SuppressWarnings("ArrayRecordComponent") // compared with Arrays.equals below, never as a record
  record Content(byte[] bytes, int mode) {}

  private final Path folder;
  private Map<String, Content> current = Map.of();

  AtomicFolder(Path folder) {
    this.folder = folder;
  }

  /**
   * Makes the folder hold exactly these files.
   *
   * @param files relative path → content
   * @return whether anything changed
   */
  boolean write(Map<String, Content> files) throws IOException {
    if (Files.exists(folder.resolve(DATA)) && same(current, files)) {
      return false;
    }
    Files.createDirectories(folder);
    var before = Files.exists(folder.resolve(DATA)) ? folder.resolve(DATA).toRealPath() : null;
    var stamped = Files.createTempDirectory(folder, "..");
    Files.setPosixFilePermissions(stamped, permissions(0755));
    for (var file : files.entrySet()) {
      var path = stamped.resolve(file.getKey());
      Files.createDirectories(path.getParent());
      Files.write(path, file.getValue().bytes());
      Files.setPosixFilePermissions(path, permissions(file.getValue().mode()));
    }
    var next = folder.resolve(NEXT);
    Files.deleteIfExists(next);
    Files.createSymbolicLink(next, stamped.getFileName());
    Files.move(
        next,
        folder.resolve(DATA),
        StandardCopyOption.ATOMIC_MOVE,
        StandardCopyOption.REPLACE_EXISTING);
    link(files.keySet().stream().map(AtomicFolder::top).collect(Collectors.toSet()));
    if (before != null) {
      delete(before);
    }
    current = new HashMap<>(files);
    return true;
  }

  /** Links for the first element of each path; those of files that are gone are removed. */
  private void link(Set<String> names) throws IOException {
    for (var name : new TreeSet<>(names)) {
      var link = folder.resolve(name);
      if (!Files.isSymbolicLink(link)) {
        Files.createSymbolicLink(link, Path.of(DATA, name));
      }
    }
    try (var all = Files.list(folder)) {
      for (var entry : all.toList()) {
        var name = entry.getFileName().toString();
        if (!name.startsWith("..") && !names.contains(name)) {
          Files.delete(entry);
        }
      }
    }
  }

  private static String top(String path) {
    return Path.of(path).getName(0).toString();
  }

  private static boolean same(Map<String, Content> a, Map<String, Content> b) {
    return a.keySet().equals(b.keySet())
        && a.entrySet().stream()
            .allMatch(e -> {
              var other = b.getOrDefault(e.getKey(), e.getValue());
              return e.getValue().mode() == other.mode()
                  && Arrays.equals(e.getValue().bytes(), other.bytes());
            });
  }

  private static Set<PosixFilePermission> permissions(int mode) {
    var set = EnumSet.noneOf(PosixFilePermission.class);
    for (int bit = 0; bit < BITS.length; bit++) {
      if ((mode & (1 << bit)) != 0) {
        set.add(BITS[bit]);
      }
    }
    return set;
  }

  /** Deletes a folder with everything in it; links are not followed. */
  static void delete(Path folder) throws IOException {
    if (!Files.exists(folder, java.nio.file.LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    try (var all = Files.walk(folder)) {
      for (var path : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }
}
