package dev.mcpgateway.broker.extproc;

import java.util.List;
import java.util.Set;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Threads of the streams of one connection. Helidon gives each stream a thread that waits for the
 * stream's next frame; when the connection is lost, nobody wakes it. This executor knows them and
 * does, and lets a stream say what is to be done when its thread ends for whatever reason.
 */
final class StreamThreads extends AbstractExecutorService {
  private static final ScopedValue<AtomicReference<Runnable>> ON_END = ScopedValue.newInstance();

  private final ExecutorService delegate;
  private final Set<Thread> running = ConcurrentHashMap.newKeySet();
  private volatile boolean lost;

  StreamThreads(ExecutorService delegate) {
    this.delegate = delegate;
  }

  /** Runs {@code action} when the calling stream's thread ends; at most one action per stream. */
  static void onEnd(Runnable action) {
    if (ON_END.isBound()) {
      ON_END.get().set(action);
    }
  }

  @Override
  public void execute(Runnable task) {
    delegate.execute(() -> run(task));
  }

  /** The connection is gone: wakes every thread that waits for something from it. */
  void interruptAll() {
    lost = true;
    running.forEach(Thread::interrupt);
  }

  private void run(Runnable task) {
    Thread thread = Thread.currentThread();
    AtomicReference<Runnable> onEnd = new AtomicReference<>(StreamThreads::nothing);
    running.add(thread);
    if (lost) {
      // The connection ended between the hand-over of the task and its start.
      thread.interrupt();
    }
    try {
      ScopedValue.where(ON_END, onEnd).run(task);
    } finally {
      running.remove(thread);
      onEnd.get().run();
    }
  }

  private static void nothing() {}

  // The threads belong to the listener, which ends them.

  @Override
  public void shutdown() {}

  @Override
  public List<Runnable> shutdownNow() {
    return List.of();
  }

  @Override
  public boolean isShutdown() {
    return delegate.isShutdown();
  }

  @Override
  public boolean isTerminated() {
    return delegate.isTerminated();
  }

  @Override
  public boolean awaitTermination(long timeout, TimeUnit unit) throws InterruptedException {
    return delegate.awaitTermination(timeout, unit);
  }
}
