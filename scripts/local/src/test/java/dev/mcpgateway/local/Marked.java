package dev.mcpgateway.local;

import dev.mcpgateway.local.process.ProcessTable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Looks at every process of this machine, so that nothing depends on what the platform itself
 * remembers.
 */
final class Marked {
  private Marked() {}

  /** Processes that carry the mark of the platform in this folder. */
  static List<String> processes(Path folder) throws IOException {
    var mark = ProcessTable.MARKER + "=" + folder.toAbsolutePath().normalize() + "#";
    var found = new ArrayList<String>();
    try (var all = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
      for (var process : all) {
        try {
          var environment = process.resolve("environ");
          if (Files.readString(environment, StandardCharsets.ISO_8859_1).contains(mark)) {
            found.add(
                process.getFileName() + " " + Files.readString(process.resolve("comm")).strip());
          }
        } catch (IOException e) {
          // Gone, or not ours.
        }
      }
    }
    return found;
  }
}
