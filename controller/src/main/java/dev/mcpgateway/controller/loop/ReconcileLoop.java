package dev.mcpgateway.controller.loop;

import dev.mcpgateway.controller.queue.Outcome;
import dev.mcpgateway.controller.queue.Ticker;
import dev.mcpgateway.controller.queue.WorkQueue;
import dev.mcpgateway.controller.writes.RetryAfter;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Workers that take keys from the queue and reconcile them. The edge at which a pass may fail: an
 * exception costs the key a back-off and nobody else anything.
 */
public final class ReconcileLoop<K> implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(ReconcileLoop.class);

  private final WorkQueue<K> queue;
  private final Reconciler<K> reconciler;
  private final LoopMetrics metrics;
  private final RetryAfter busy;
  private final Ticker ticker;
  private final List<Thread> workers;

  /**
   * @param busy how long the API server wants to be left alone
   */
  public ReconcileLoop(
      WorkQueue<K> queue,
      Reconciler<K> reconciler,
      int workers,
      LoopMetrics metrics,
      RetryAfter busy,
      Ticker ticker) {
    this.queue = queue;
    this.reconciler = reconciler;
    this.metrics = metrics;
    this.busy = busy;
    this.ticker = ticker;
    this.workers =
        IntStream.range(0, workers)
            .mapToObj(n -> Thread.ofVirtual().name("reconcile-" + n).unstarted(this::work))
            .toList();
  }

  public void start() {
    workers.forEach(Thread::start);
  }

  /** Whether every worker still works. */
  public boolean alive() {
    return workers.stream().allMatch(Thread::isAlive);
  }

  /** Lets passes in progress end, for at most {@code grace}; what is left is interrupted. */
  public void stop(Duration grace) throws InterruptedException {
    queue.close();
    long end = ticker.nanos() + grace.toNanos();
    for (Thread worker : workers) {
      if (worker.getState() == Thread.State.NEW) {
        continue;
      }
      boolean ended = worker.join(Duration.ofNanos(Math.max(1, end - ticker.nanos())));
      if (!ended) {
        worker.interrupt();
      }
    }
  }

  @Override
  public void close() {
    queue.close();
    workers.forEach(Thread::interrupt);
  }

  private void work() {
    try {
      for (Optional<K> key = queue.take(); key.isPresent(); key = queue.take()) {
        pass(key.get());
      }
    } catch (InterruptedException e) {
      // Closed.
    }
  }

  private void pass(K key) {
    long started = ticker.nanos();
    Outcome outcome = Outcome.FAILED;
    LoopMetrics.Result result = LoopMetrics.Result.FAILED;
    try {
      outcome = reconciler.reconcile(key);
      result = result(outcome);
    } catch (KubernetesClientException e) {
      if (e.getCode() == HttpURLConnection.HTTP_CONFLICT) {
        result = LoopMetrics.Result.CONFLICT;
        log.atDebug().addKeyValue("key", key).log("Somebody else wrote first, repeating");
      } else {
        log.atWarn()
            .addKeyValue("key", key)
            .addKeyValue("code", e.getCode())
            .addKeyValue("error", e.getMessage())
            .log("Pass failed, repeating later");
        outcome = new Outcome.Failed(busy.asked(e));
      }
    } catch (RuntimeException e) {
      log.atError().setCause(e).addKeyValue("key", key).log("Pass failed, repeating later");
    } finally {
      queue.finish(key, outcome);
      metrics.pass(
          key.getClass().getSimpleName(), result, Duration.ofNanos(ticker.nanos() - started));
    }
  }

  private static LoopMetrics.Result result(Outcome outcome) {
    return switch (outcome) {
      case Outcome.Done d -> LoopMetrics.Result.DONE;
      case Outcome.Again a -> LoopMetrics.Result.AGAIN;
      case Outcome.Failed f -> LoopMetrics.Result.FAILED;
    };
  }
}
