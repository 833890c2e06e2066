package dev.mcpgateway.local.node;

import dev.mcpgateway.local.node.ProbeTally.Verdict;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Probe;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The startup, liveness and readiness probes of one run of a container. The other two wait for the
 * startup probe.
 */
final class Probes implements AutoCloseable {
  private final Container container;
  private final String address;
  private final Listener listener;
  private final Commands commands;
  private final List<Thread> threads = new ArrayList<>();
  private boolean closed;

  /** Told about results; every method may be called from any thread. */
  interface Listener {
    void started();

    void ready(boolean ready);

    /** The container must be restarted. */
    void dead(String probe, String why);

    /** A single failure, for the pod's events. */
    void failed(String probe, String why);
  }

  /** Runs a command inside the container. */
  interface Commands {
    void run(List<String> command, Duration timeout)
        throws IOException, ConfigException, InterruptedException;
  }

  Probes(Container container, String address, Listener listener, Commands commands) {
    this.container = container;
    this.address = address;
    this.listener = listener;
    this.commands = commands;
  }

  synchronized void start() {
    var startup = container.getStartupProbe();
    if (startup == null) {
      startOthers();
    } else {
      loop(
          "Startup",
          startup,
          (success, why) -> {
            if (success) {
              startOthers();
            } else {
              listener.dead("Startup", why);
            }
            return false;
          });
    }
  }

  private synchronized void startOthers() {
    if (closed) {
      return;
    }
    listener.started();
    if (container.getReadinessProbe() == null) {
      listener.ready(true);
    } else {
      loop(
          "Readiness",
          container.getReadinessProbe(),
          (success, why) -> {
            listener.ready(success);
            return true;
          });
    }
    if (container.getLivenessProbe() != null) {
      loop(
          "Liveness",
          container.getLivenessProbe(),
          (success, why) -> {
            if (!success) {
              listener.dead("Liveness", why);
            }
            return success;
          });
    }
  }

  /** Told about each decided result; false ends the loop. */
  private interface Decision {
    boolean on(boolean success, String why);
  }

  private void loop(String name, Probe probe, Decision decision) {
    threads.add(
        Thread.ofVirtual()
            .name("probe-" + name)
            .start(() -> {
              try {
                run(name, probe, decision);
              } catch (InterruptedException e) {
                // The run of the container is over.
              }
            }));
  }

  private void run(String name, Probe probe, Decision decision) throws InterruptedException {
    var tally =
        new ProbeTally(or(probe.getFailureThreshold(), 3), or(probe.getSuccessThreshold(), 1));
    var period = Duration.ofSeconds(or(probe.getPeriodSeconds(), 10));
    Thread.sleep(Duration.ofSeconds(or(probe.getInitialDelaySeconds(), 0)));
    boolean succeededOnce = false;
    while (true) {
      var why = attempt(probe);
      var verdict = tally.add(why == null);
      if (why != null) {
        listener.failed(name, why);
      }
      succeededOnce |= why == null;
      if (verdict != Verdict.UNDECIDED
          && !decision.on(verdict == Verdict.SUCCESS, Objects.requireNonNullElse(why, ""))) {
        return;
      }
      Thread.sleep(name.equals("Readiness") && !succeededOnce ? shorter(period) : period);
    }
  }

  /**
   * Until a container is ready for the first time it is asked more often: nobody at a desk waits
   * for a whole period.
   */
  private static Duration shorter(Duration period) {
    return Duration.ofMillis(Math.min(period.toMillis(), 500));
  }

  /** Why the attempt failed, or null. */
  private @Nullable String attempt(Probe probe) throws InterruptedException {
    var timeout = Duration.ofSeconds(or(probe.getTimeoutSeconds(), 1));
    try {
      if (probe.getHttpGet() != null) {
        ProbeCheck.http(probe.getHttpGet(), container, address, timeout);
      } else if (probe.getTcpSocket() != null) {
        ProbeCheck.tcp(probe.getTcpSocket().getPort(), container, address, timeout);
      } else if (probe.getExec() != null) {
        commands.run(probe.getExec().getCommand(), timeout);
      } else {
        return "this node has no such probe";
      }
      return null;
    } catch (IOException | ConfigException e) {
      return String.valueOf(e.getMessage());
    }
  }

  private static int or(@Nullable Integer value, int otherwise) {
    return value == null ? otherwise : value;
  }

  @Override
  public synchronized void close() {
    closed = true;
    threads.forEach(Thread::interrupt);
  }
}
