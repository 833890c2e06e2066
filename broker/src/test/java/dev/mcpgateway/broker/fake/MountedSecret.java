package dev.mcpgateway.broker.fake;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import java.util.stream.Stream;

/** A folder with a Secret in it, changed as the kubelet does. */
public final class MountedSecret {
  private final Path folder;
  private int swaps;

  public MountedSecret(Path folder) {
    this.folder = folder;
  }

  /** All files become these at once: a new folder, then one rename of the link {@code ..data}. */
  public void swap(Map<String, byte[]> files) throws IOException {
    Path data = Files.createDirectory(folder.resolve("..v" + ++swaps));
    for (Map.Entry<String, byte[]> file : files.entrySet()) {
      Files.write(data.resolve(file.getKey()), file.getValue());
      Path link = folder.resolve(file.getKey());
      if (!Files.exists(link, NOFOLLOW_LINKS)) {
        Files.createSymbolicLink(link, Path.of("..data", file.getKey()));
      }
    }
    Path link = Files.createSymbolicLink(folder.resolve("..data_tmp"), data.getFileName());
    Files.move(
        link,
        folder.resolve("..data"),
        StandardCopyOption.REPLACE_EXISTING,
        StandardCopyOption.ATOMIC_MOVE);
    try (Stream<Path> links = Files.list(folder)) {
      for (Path stale : links.filter(Files::isSymbolicLink).toList()) {
        if (!Files.exists(stale)) {
          Files.delete(stale);
        }
      }
    }
  }
}
