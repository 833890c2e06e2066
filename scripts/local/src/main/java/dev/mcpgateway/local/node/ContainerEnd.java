package dev.mcpgateway.local.node;

import dev.mcpgateway.local.process.ChildProcess;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Lifecycle;
import io.fabric8.kubernetes.api.model.LifecycleHandler;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;

/**
 * How a running container is ended: its preStop hook, SIGTERM, and SIGKILL to the whole group when
 * the grace is over.
 */
final class ContainerEnd {
  private static final Duration LEAST = Duration.ofSeconds(2);

  private final Container container;
  private final ContainerProcess.Host host;
  private final Probes.Commands commands;

  ContainerEnd(Container container, ContainerProcess.Host host, Probes.Commands commands) {
    this.container = container;
    this.host = host;
    this.commands = commands;
  }

  /** Returns when the process has ended. */
  void run(ChildProcess process, Duration grace) throws InterruptedException {
    var deadline = host.clock().instant().plus(grace);
    preStop(process, grace);
    process.terminate();
    var left = Duration.between(host.clock().instant(), deadline);
    // A hook that used up all the time still leaves a moment for SIGTERM, as with a kubelet; no
    // grace at all means none.
    var least = grace.isZero() ? Duration.ZERO : LEAST;
    process.waitFor(left.compareTo(least) > 0 ? left : least);
    process.kill();
    process.waitFor();
  }

  private void preStop(ChildProcess process, Duration grace) throws InterruptedException {
    var hook = Optional.ofNullable(container.getLifecycle()).map(Lifecycle::getPreStop);
    if (hook.isEmpty() || grace.isZero()) {
      return;
    }
    try {
      preStop(hook.get(), process, grace);
    } catch (IOException | ConfigException e) {
      host.event("Warning", "FailedPreStopHook", String.valueOf(e.getMessage()));
    }
  }

  private void preStop(LifecycleHandler hook, ChildProcess process, Duration grace)
      throws IOException, ConfigException, InterruptedException {
    if (hook.getSleep() != null) {
      var sleep = Duration.ofSeconds(hook.getSleep().getSeconds());
      process.waitFor(sleep.compareTo(grace) < 0 ? sleep : grace);
    } else if (hook.getExec() != null) {
      commands.run(hook.getExec().getCommand(), grace);
    } else if (hook.getHttpGet() != null) {
      ProbeCheck.http(hook.getHttpGet(), container, host.address(), grace);
    }
  }
}
