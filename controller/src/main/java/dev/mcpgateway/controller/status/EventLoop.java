package dev.mcpgateway.controller.status;

import static java.net.HttpURLConnection.HTTP_CONFLICT;

import dev.mcpgateway.controller.leader.Fence;
import dev.mcpgateway.controller.queue.Backoff;
import dev.mcpgateway.controller.writes.Refusals;
import dev.mcpgateway.controller.writes.RetryAfter;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * Sends Events one after the other, on a thread of its own: whoever has something to tell does not
 * wait for it, and what an API server in trouble refuses is tried again before anything else is.
 */
final class EventLoop {
  private static final Logger log = LoggerFactory.getLogger(EventLoop.class);

  /** Events that wait at most. */
  static final int WAITING = 256;

  /** How often an Event is tried. */
  static final int ATTEMPTS = 5;

  /** Longest wait an API server may ask for. */
  static final Duration LONGEST = Duration.ofSeconds(30);

  /** How long whoever tells waits for room while all goes well: there is a lot to tell then. */
  private static final Duration ROOM = Duration.ofSeconds(1);

  /** What is left at the end has this long. */
  private static final Duration GRACE = Duration.ofSeconds(2);

  private final KubernetesClient client;
  private final Fence fence;
  private final RetryAfter busy;
  private final Backoff backoff;
  private final Pause pause;

  /** Empty: the end. */
  private final BlockingQueue<Optional<Event>> waiting = new ArrayBlockingQueue<>(WAITING);

  private final Thread sender = Thread.ofVirtual().name("events").unstarted(this::send);
  private volatile boolean closed;
  private volatile boolean refused;

  /** Waits; tests do not. */
  @FunctionalInterface
  interface Pause {
    void of(Duration time) throws InterruptedException;
  }

  EventLoop(KubernetesClient client, Fence fence, RetryAfter busy, Backoff backoff, Pause pause) {
    this.client = client;
    this.fence = fence;
    this.busy = busy;
    this.backoff = backoff;
    this.pause = pause;
  }

  void start() {
    sender.start();
  }

  boolean alive() {
    return sender.isAlive();
  }

  /**
   * Takes an Event, to be sent after those before it. When there is no room the Event is left out,
   * and the log says so.
   *
   * @param event with a name: what has been sent without an answer is not stored twice
   */
  void add(Event event) {
    try {
      boolean taken =
          !closed
              && (waiting.offer(Optional.of(event))
                  || (!refused
                      && waiting.offer(
                          Optional.of(event), ROOM.toMillis(), TimeUnit.MILLISECONDS)));
      if (!taken) {
        leftOut(event, "too many are waiting", Level.WARN);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      leftOut(event, "stopped", Level.WARN);
    }
  }

  /** Takes no more, gives what is waiting a moment, and ends. */
  void close() {
    closed = true;
    try {
      boolean ends = waiting.offer(Optional.empty(), GRACE.toMillis(), TimeUnit.MILLISECONDS);
      if (sender.getState() != Thread.State.NEW && !(ends && sender.join(GRACE))) {
        sender.interrupt();
        var _ = sender.join(GRACE);
      }
    } catch (InterruptedException e) {
      sender.interrupt();
      Thread.currentThread().interrupt();
    }
  }

  private void send() {
    try {
      for (Optional<Event> next = waiting.take(); next.isPresent(); next = waiting.take()) {
        send(next.get());
      }
    } catch (InterruptedException e) {
      // Closed.
    }
    for (Optional<Event> next = waiting.poll(); next != null; next = waiting.poll()) {
      next.ifPresent(event -> leftOut(event, "stopped", Level.WARN));
    }
  }

  private void send(Event event) throws InterruptedException {
    try {
      for (int number = 1; ; number++) {
        Optional<KubernetesClientException> refusal = attempt(event);
        if (refusal.isEmpty()) {
          return;
        }
        // Also after the last attempt: the next Event comes to the same API server.
        pause.of(wait(refusal.get(), number));
        if (number == ATTEMPTS) {
          leftOut(event, refusal.get());
          return;
        }
      }
    } catch (InterruptedException e) {
      leftOut(event, "stopped", Level.WARN);
      throw e;
    } catch (RuntimeException e) {
      log.atError().setCause(e).log("Event not written");
    }
  }

  /**
   * Tries once.
   *
   * @return why the API server did not take it when another attempt may help; empty when all is
   *     said
   */
  private Optional<KubernetesClientException> attempt(Event event) {
    try {
      fence.check();
    } catch (KubernetesClientException e) {
      leftOut(event, e);
      return Optional.empty();
    }
    try {
      client.resource(event).create();
      refused = false;
      return Optional.empty();
    } catch (KubernetesClientException e) {
      refused = Refusals.passing(e);
      if (refused) {
        return Optional.of(e);
      }
      // With a conflict an earlier attempt had arrived, only its answer had not.
      if (e.getCode() != HTTP_CONFLICT) {
        leftOut(event, e);
      }
      return Optional.empty();
    }
  }

  private Duration wait(KubernetesClientException e, int number) {
    Duration own = backoff.after(number);
    Duration asked = busy.asked(e);
    Duration longer = asked.compareTo(own) > 0 ? asked : own;
    return longer.compareTo(LONGEST) > 0 ? LONGEST : longer;
  }

  private static void leftOut(Event event, KubernetesClientException e) {
    // A namespace that terminates refuses Events; that is no failure of ours.
    leftOut(
        event,
        String.valueOf(e.getMessage()),
        Refusals.namespaceTerminating(e) ? Level.INFO : Level.WARN);
  }

  private static void leftOut(Event event, String why, Level level) {
    log.atLevel(level)
        .addKeyValue("object", event.getInvolvedObject().getName())
        .addKeyValue("namespace", event.getInvolvedObject().getNamespace())
        .addKeyValue("reason", event.getReason())
        .addKeyValue("error", why)
        .log("Event not written");
  }
}
