package dev.mcpgateway.local.process;

import java.nio.file.Path;

/** Ends what a platform left behind that was itself killed. */
public final class Reaper {
  private Reaper() {}

  /**
   * Ends every recorded process that is still the one written down, with its group, and then
   * everything that carries the folder's marker in its environment.
   */
  public static void reap(Path folder, Path records) {
    for (var record : ProcessRecord.read(records)) {
      if (!record.foreign()) {
        Signals.killGroup(record.pid());
      }
    }
    var marker = ProcessTable.MARKER + "=" + folder.toAbsolutePath().normalize() + "#";
    Signals.run(Signals.sweepCommand(marker, ProcessHandle.current().pid()));
  }
}
