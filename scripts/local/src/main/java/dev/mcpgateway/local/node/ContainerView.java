package dev.mcpgateway.local.node;

import org.jspecify.annotations.Nullable;

/** One container at one moment, as its status is told to the API server. */
record ContainerView(
    String name,
    String image,
    long pid,
    RunState state,
    RunState.@Nullable Terminated last,
    int restarts,
    boolean started,
    boolean ready,
    boolean finished) {

  static ContainerView waiting(String name, String image, String reason, String message) {
    return new ContainerView(
        name, image, 0, new RunState.Waiting(reason, message), null, 0, false, false, false);
  }

  boolean succeeded() {
    return finished && state instanceof RunState.Terminated t && t.exitCode() == 0;
  }
}
