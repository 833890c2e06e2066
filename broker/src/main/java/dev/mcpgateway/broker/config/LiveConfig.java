package dev.mcpgateway.broker.config;

import dev.mcpgateway.broker.api.status.ConfigStatus;
import dev.mcpgateway.broker.config.ConfigDecision.Apply;
import dev.mcpgateway.broker.config.ConfigDecision.Older;
import dev.mcpgateway.broker.config.ConfigDecision.Refuse;
import dev.mcpgateway.broker.config.ConfigDecision.Unchanged;
import dev.mcpgateway.broker.poll.Poll;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The configuration in force, from the file or pushed, whichever is newer; a pushed one is not
 * kept, a restart begins with the file. The file's content is polled, not watched: a watch on a
 * mounted Secret sees a swapped link only through its directory, loses events on some file systems,
 * and one small read per half second costs nothing.
 */
public final class LiveConfig implements AutoCloseable {
  /** How often the file is read. */
  public static final Duration POLL = Duration.ofMillis(500);

  private static final Duration SETTLE = Duration.ofMillis(100);
  private static final Logger log = LoggerFactory.getLogger(LiveConfig.class);

  private final ConfigFile file;
  private final Clock clock;
  private final Consumer<LoadedConfig> onApply;
  private final List<Runnable> statusListeners = new CopyOnWriteArrayList<>();
  private final AtomicLong reads = new AtomicLong();
  private final AtomicLong loads = new AtomicLong();
  private final AtomicLong refusals = new AtomicLong();
  private final Poll loop;

  /** Held while a document is judged and applied: file and pushes come on different threads. */
  private final ReentrantLock lock = new ReentrantLock();

  private volatile State state = new State(LoadedConfig.NONE, false, null, null, false);

  /**
   * @param pushed whether what is in force was pushed and not yet seen in the file, which may then
   *     be older or missing: the kubelet takes up to minutes
   * @param fileError why the file was refused when it was read last
   * @param pushError why a document was refused that was pushed since the last one was applied
   * @param looked whether the file was read at all
   */
  private record State(
      LoadedConfig loaded,
      boolean pushed,
      @Nullable String fileError,
      @Nullable String pushError,
      boolean looked) {}

  /**
   * @param version file with the version, or null when configurations are not numbered
   * @param onApply told about every configuration that is applied, one at a time; must not block
   */
  public LiveConfig(
      Path document, @Nullable Path version, Clock clock, Consumer<LoadedConfig> onApply) {
    this.file = new ConfigFile(document, version, () -> Thread.sleep(SETTLE));
    this.clock = clock;
    this.onApply = onApply;
    this.loop = new Poll("config", POLL, this::poll);
  }

  /** Reads once before it returns, then keeps reading until {@link #close}. */
  public void start() throws InterruptedException {
    poll();
    loop.start();
  }

  /**
   * Judges a document that was pushed, and runs with it from now on if it is newer and usable.
   *
   * @param version number its writer gave it
   */
  public ConfigDecision offer(byte[] document, long version) {
    lock.lock();
    try {
      State now = state;
      ConfigDecision decision =
          version < 1
              ? new Refuse("a pushed configuration needs a version above 0")
              : decide(new Candidate.Document(document, Long.toString(version)));
      switch (decision) {
        case Apply(LoadedConfig next) ->
            apply(new State(next, true, now.fileError(), null, now.looked()));
        case Refuse(String reason) -> {
          reportRefusal(now.pushError(), reason);
          become(new State(now.loaded(), now.pushed(), now.fileError(), reason, now.looked()));
        }
        case Unchanged() -> {}
        case Older(String _) -> {}
      }
      return decision;
    } finally {
      lock.unlock();
    }
  }

  /** The configuration in force. */
  public LoadedConfig current() {
    return state.loaded();
  }

  /**
   * Whether the broker may serve: a configuration is in force, or there is none yet. False when
   * there is one and it was never usable: other replicas may still serve the last good one.
   */
  public boolean usable() {
    State now = state;
    return now.looked() && (now.loaded().loadedAt() != null || now.fileError() == null);
  }

  /** For {@code /status}. */
  public ConfigStatus status() {
    State now = state;
    LoadedConfig loaded = now.loaded();
    return new ConfigStatus(
        loaded.version(),
        loaded.hash(),
        loaded.loadedAt() == null ? "none" : now.pushed() ? "push" : "file",
        loaded.loadedAt(),
        now.pushError() == null ? now.fileError() : now.pushError());
  }

  /** Calls {@code listener} after every change of {@link #status}; must not block. */
  public void onStatusChange(Runnable listener) {
    statusListeners.add(listener);
  }

  /** Times the file was read since the start. */
  long reads() {
    return reads.get();
  }

  /** Configurations applied since the start. */
  public long loads() {
    return loads.get();
  }

  /** Times a configuration was refused for a new reason since the start. */
  public long refusals() {
    return refusals.get();
  }

  @Override
  public void close() {
    loop.close();
  }

  private void poll() throws InterruptedException {
    LoadedConfig known = state.loaded();
    Candidate found = file.read(known.hash(), known.version());
    lock.lock();
    try {
      follow(found);
      reads.incrementAndGet();
    } finally {
      lock.unlock();
    }
  }

  private void follow(Candidate found) {
    State now = state;
    switch (decide(found)) {
      case Apply(LoadedConfig next) -> apply(new State(next, false, null, null, true));
      case Unchanged() -> become(new State(now.loaded(), false, null, now.pushError(), true));
      case Older(String reason) -> lag(now, reason);
      case Refuse(String reason) when found instanceof Candidate.Missing -> lag(now, reason);
      case Refuse(String reason) -> refuse(now, reason);
    }
  }

  private ConfigDecision decide(Candidate candidate) {
    return ConfigDecider.decide(state.loaded(), candidate, clock.instant());
  }

  /** The file is behind what runs: expected after a push, else somebody's mistake. */
  private void lag(State now, String reason) {
    if (now.pushed()) {
      become(new State(now.loaded(), true, null, now.pushError(), true));
    } else {
      refuse(now, reason);
    }
  }

  private void apply(State next) {
    LoadedConfig loaded = next.loaded();
    loads.incrementAndGet();
    log.atInfo()
        .addKeyValue("version", loaded.version())
        .addKeyValue("hash", loaded.hash())
        .addKeyValue("pushed", next.pushed())
        .addKeyValue("servers", loaded.config().servers().size())
        .addKeyValue("virtualServers", loaded.config().virtualServers().size())
        .log("Configuration applied");
    // First, so that nobody is told of a configuration whose effect cannot be seen yet.
    try {
      onApply.accept(loaded);
    } catch (RuntimeException e) {
      // The loop must outlive a fault of its listener: the next configuration may be fine.
      log.atError().setCause(e).log("Configuration could not be put into effect");
    }
    become(next);
  }

  private void refuse(State now, String reason) {
    reportRefusal(now.fileError(), reason);
    become(new State(now.loaded(), now.pushed(), reason, now.pushError(), true));
  }

  private void reportRefusal(@Nullable String known, String reason) {
    if (!reason.equals(known)) {
      refusals.incrementAndGet();
      log.atWarn()
          .addKeyValue("reason", reason)
          .addKeyValue("version", state.loaded().version())
          .log("Configuration refused, the last good one stays");
    }
  }

  private void become(State next) {
    boolean changed = !next.equals(state);
    state = next;
    if (changed) {
      statusListeners.forEach(Runnable::run);
    }
  }
}
