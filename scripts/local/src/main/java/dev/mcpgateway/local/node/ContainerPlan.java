package dev.mcpgateway.local.node;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** What to run for a container: everything resolved, nothing left to look up. */
record ContainerPlan(
    List<String> command, Map<String, String> env, Path folder, MountPaths mounts) {

  /**
   * A command run in the container later, by a probe or a hook; Kubernetes does not expand {@code
   * $(NAME)} in those.
   */
  List<String> inside(List<String> words) {
    return words.stream().map(mounts::rewrite).toList();
  }

  /** Environment values may be credentials. */
  @Override
  public String toString() {
    return command.getFirst();
  }
}
