package dev.mcpgateway.local.node;

import java.time.Instant;

/** What a container is doing; the three states of the Kubernetes API. */
sealed interface RunState {
  /** Not running (yet). */
  record Waiting(String reason, String message) implements RunState {}

  /** Running. */
  record Running(Instant since) implements RunState {}

  /** Ended; {@code exitCode} is 128 + n after signal n. */
  record Terminated(int exitCode, String reason, String message, Instant started, Instant finished)
      implements RunState {}
}
