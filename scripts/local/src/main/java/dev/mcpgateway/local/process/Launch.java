package dev.mcpgateway.local.process;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * What to start.
 *
 * @param name unique enough to be recognised in {@code local.sh status}: {@code etcd}, {@code
 *     pod/NAMESPACE/NAME/CONTAINER}
 * @param environment the whole environment of the process; nothing is inherited
 * @param log receives standard output and standard error, appended
 */
public record Launch(
    String name, List<String> command, Map<String, String> environment, Path folder, Path log) {
  public Launch {
    command = List.copyOf(command);
    environment = Map.copyOf(environment);
  }

  /** The environment may carry credentials, so only the program is named. */
  @Override
  public String toString() {
    return name + ": " + command.getFirst();
  }
}
