package dev.mcpgateway.local.node;

import dev.mcpgateway.local.process.ChildProcess;
import dev.mcpgateway.local.process.Launch;
import io.fabric8.kubernetes.api.model.Container;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * One container of a pod: starts its process, probes it, starts it again after it ended, and ends
 * it with grace.
 */
final class ContainerProcess {
  private static final Duration AGAIN = Duration.ofSeconds(1);

  private final Container container;
  private final Host host;
  private final RestartRule restart;
  private final CountDownLatch stopping = new CountDownLatch(1);
  private final CountDownLatch done = new CountDownLatch(1);

  private volatile RunState state;
  private volatile RunState.@Nullable Terminated last;
  private volatile @Nullable ChildProcess child;
  private volatile boolean started;
  private volatile boolean ready;
  private volatile boolean finished;
  private final AtomicInteger restarts = new AtomicInteger();
  private volatile String deathReason = "";

  /** What a container needs from its pod. */
  interface Host {
    ContainerPlan plan(Container container) throws ConfigException, IOException;

    ChildProcess start(Launch launch) throws IOException;

    String processName(Container container);

    Path log(Container container, int restarts);

    String address();

    Clock clock();

    BackOff backOff();

    /** The grace of the pod, for a restart after a failed probe. */
    Duration grace();

    /** Something about the container changed. */
    void changed();

    void event(String type, String reason, String message);
  }

  /** When a container that ended is started again: the pod's {@code restartPolicy}. */
  enum RestartRule {
    ALWAYS,
    ON_FAILURE,
    NEVER;

    static RestartRule of(String policy) {
      return switch (policy) {
        case "Never" -> NEVER;
        case "OnFailure" -> ON_FAILURE;
        default -> ALWAYS;
      };
    }

    boolean again(int exitCode) {
      return this == ALWAYS || (this == ON_FAILURE && exitCode != 0);
    }
  }

  ContainerProcess(Container container, Host host, RestartRule restart, String waitingReason) {
    this.container = container;
    this.host = host;
    this.restart = restart;
    this.state = new RunState.Waiting(waitingReason, "");
  }

  ContainerView view() {
    var running = child;
    return new ContainerView(
        container.getName(),
        container.getImage(),
        running == null ? 0 : running.pid(),
        state,
        last,
        restarts.get(),
        started,
        ready,
        finished);
  }

  /** Starts the container and looks after it in a thread of its own. */
  void start() {
    Thread.ofVirtual().name(host.processName(container)).start(this::supervise);
  }

  private void supervise() {
    try {
      int failures = 0;
      while (!stopping()) {
        var began = host.clock().instant();
        var ended = runOnce();
        if (ended.isEmpty()) {
          pause(AGAIN);
          continue;
        }
        if (stopping() || !restart.again(ended.get().exitCode())) {
          break;
        }
        failures =
            host.backOff().failures(failures, Duration.between(began, host.clock().instant()));
        waitBeforeRestart(host.backOff().delay(failures));
        restarts.incrementAndGet();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      finished = true;
      done.countDown();
      host.changed();
    }
  }

  /** One run from start to end; empty when it could not even be started. */
  private Optional<RunState.Terminated> runOnce() throws InterruptedException {
    ContainerPlan plan;
    try {
      plan = host.plan(container);
    } catch (ConfigException e) {
      waiting(e.reason(), String.valueOf(e.getMessage()));
      return Optional.empty();
    } catch (IOException e) {
      waiting("CreateContainerError", String.valueOf(e.getMessage()));
      return Optional.empty();
    }
    var began = host.clock().instant();
    ChildProcess process;
    try {
      process =
          host.start(
              new Launch(
                  host.processName(container),
                  plan.command(),
                  plan.env(),
                  plan.folder(),
                  host.log(container, restarts.get())));
    } catch (IOException e) {
      host.event("Warning", "Failed", String.valueOf(e.getMessage()));
      return Optional.of(ended(128, "StartError", String.valueOf(e.getMessage()), began));
    }
    child = process;
    if (stopping()) {
      // The end came between the two; whoever asked for it may not have seen this process.
      process.kill();
    }
    state = new RunState.Running(began);
    host.event("Normal", "Started", "Started container " + container.getName());
    host.changed();
    int exit;
    try (var probes = new Probes(container, host.address(), new ProbeResults(), this::exec)) {
      probes.start();
      exit = process.waitFor();
    }
    return Optional.of(ended(exit, exit == 0 ? "Completed" : "Error", deathReason, began));
  }

  private RunState.Terminated ended(int exit, String reason, String message, Instant began) {
    var end = new RunState.Terminated(exit, reason, message, began, host.clock().instant());
    deathReason = "";
    started = false;
    ready = false;
    child = null;
    state = end;
    host.changed();
    return end;
  }

  private void waitBeforeRestart(Duration wait) throws InterruptedException {
    if (state instanceof RunState.Terminated t) {
      last = t;
    }
    if (!wait.isZero()) {
      waiting(
          "CrashLoopBackOff",
          "back-off " + wait.toSeconds() + "s restarting failed container " + container.getName());
      host.event(
          "Warning", "BackOff", "Back-off restarting failed container " + container.getName());
      pause(wait);
    }
  }

  private void waiting(String reason, String message) {
    var next = new RunState.Waiting(reason, message);
    if (!next.equals(state)) {
      state = next;
      host.event("Warning", reason.equals("CrashLoopBackOff") ? "BackOff" : "Failed", message);
      host.changed();
    }
  }

  private boolean stopping() {
    return stopping.getCount() == 0;
  }

  private void pause(Duration time) throws InterruptedException {
    stopping.await(time.toMillis(), TimeUnit.MILLISECONDS);
  }

  /**
   * Ends the container: preStop hook, SIGTERM, and SIGKILL when the grace is over. Returns when it
   * has ended.
   */
  void stop(Duration grace) throws InterruptedException {
    stopping.countDown();
    var process = child;
    if (process != null) {
      end(process, grace);
    }
    done.await(AGAIN.toMillis(), TimeUnit.MILLISECONDS);
  }

  private void end(ChildProcess process, Duration grace) throws InterruptedException {
    host.event("Normal", "Killing", "Stopping container " + container.getName());
    new ContainerEnd(container, host, this::exec).run(process, grace);
  }

  /** Kills without any grace; for the end of the platform. */
  void kill() {
    stopping.countDown();
    var process = child;
    if (process != null) {
      process.kill();
    }
  }

  /** Runs a command with the container's environment, folders and log. */
  private void exec(List<String> command, Duration timeout)
      throws IOException, ConfigException, InterruptedException {
    var plan = host.plan(container);
    var words = plan.inside(command);
    var process =
        host.start(
            new Launch(
                host.processName(container) + "/exec",
                words,
                plan.env(),
                plan.folder(),
                host.log(container, restarts.get())));
    if (!process.waitFor(timeout)) {
      process.kill();
      throw new IOException("command timed out: " + words);
    }
    int exit = process.waitFor();
    if (exit != 0) {
      throw new IOException("command " + words + " ended with exit code " + exit);
    }
  }

  private final class ProbeResults implements Probes.Listener {
    @Override
    public void started() {
      started = true;
      host.changed();
    }

    @Override
    public void ready(boolean now) {
      if (ready != now) {
        ready = now;
        host.changed();
      }
    }

    @Override
    public void dead(String probe, String why) {
      var message =
          "Container "
              + container.getName()
              + " failed "
              + probe
              + " probe, will be restarted: "
              + why;
      host.event("Normal", "Killing", message);
      deathReason = message;
      var process = child;
      if (process != null) {
        Thread.ofVirtual().start(() -> endQuietly(process));
      }
    }

    @Override
    public void failed(String probe, String why) {
      host.event("Warning", "Unhealthy", probe + " probe failed: " + why);
    }
  }

  private void endQuietly(ChildProcess process) {
    try {
      end(process, host.grace());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
