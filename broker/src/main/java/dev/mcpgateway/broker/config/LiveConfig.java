package dev.mcpgateway.broker.config;

import dev.mcpgateway.broker.api.status.ConfigStatus;
import dev.mcpgateway.broker.config.ConfigDecision.Apply;
import dev.mcpgateway.broker.config.ConfigDecision.Refuse;
import dev.mcpgateway.broker.config.ConfigDecision.Unchanged;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The configuration in force and the loop that keeps it current. The file's content is polled, not
 * watched: a watch on a mounted Secret sees a swapped link only through its directory, loses events
 * on some file systems, and one small read per half second costs nothing.
 */
public final class LiveConfig implements AutoCloseable {
  /** How often the file is read. */
  public static final Duration POLL = Duration.ofMillis(500);

  private static final Duration SETTLE = Duration.ofMillis(100);
  private static final Logger log = LoggerFactory.getLogger(LiveConfig.class);

  private final ConfigFile file;
  private final Clock clock;
  private final Consumer<LoadedConfig> onChange;
  private final AtomicLong loads = new AtomicLong();
  private final AtomicLong refusals = new AtomicLong();
  private final Thread loop;
  private volatile State state = new State(LoadedConfig.NONE, null, false);

  private record State(LoadedConfig loaded, @Nullable String error, boolean looked) {}

  /**
   * @param version file with the version, or null when configurations are not numbered
   * @param onChange told about every configuration that is applied, on the loop's thread
   */
  public LiveConfig(
      Path document, @Nullable Path version, Clock clock, Consumer<LoadedConfig> onChange) {
    this.file = new ConfigFile(document, version, () -> Thread.sleep(SETTLE));
    this.clock = clock;
    this.onChange = onChange;
    this.loop = Thread.ofVirtual().name("config").unstarted(this::run);
  }

  /** Reads once before it returns, then keeps reading until {@link #close}. */
  public void start() throws InterruptedException {
    poll();
    loop.start();
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
    return now.looked() && (now.loaded().loadedAt() != null || now.error() == null);
  }

  /** For {@code /status}. */
  public ConfigStatus status() {
    State now = state;
    LoadedConfig loaded = now.loaded();
    return new ConfigStatus(loaded.version(), loaded.hash(), loaded.loadedAt(), now.error());
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
    loop.interrupt();
  }

  private void run() {
    try {
      while (true) {
        Thread.sleep(POLL);
        pollSafely();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void pollSafely() throws InterruptedException {
    try {
      poll();
    } catch (RuntimeException e) {
      // A fault of ours: without this loop no configuration would ever be read again.
      log.atError().setCause(e).log("Reading the configuration failed");
    }
  }

  private void poll() throws InterruptedException {
    LoadedConfig current = state.loaded();
    Candidate candidate = file.read(current.hash());
    switch (ConfigDecider.decide(current, candidate, clock.instant())) {
      case Apply(LoadedConfig next) -> apply(next);
      case Unchanged() -> state = new State(current, null, true);
      case Refuse(String reason) -> refuse(current, reason);
    }
  }

  private void apply(LoadedConfig next) {
    state = new State(next, null, true);
    loads.incrementAndGet();
    log.atInfo()
        .addKeyValue("version", next.version())
        .addKeyValue("hash", next.hash())
        .addKeyValue("servers", next.config().servers().size())
        .addKeyValue("virtualServers", next.config().virtualServers().size())
        .log("Configuration applied");
    try {
      onChange.accept(next);
    } catch (RuntimeException e) {
      // The loop must outlive a fault of its listener: the next configuration may be fine.
      log.atError().setCause(e).log("Configuration could not be put into effect");
    }
  }

  private void refuse(LoadedConfig current, String reason) {
    if (!reason.equals(state.error())) {
      refusals.incrementAndGet();
      log.atWarn()
          .addKeyValue("reason", reason)
          .addKeyValue("version", current.version())
          .log("Configuration refused, the last good one stays");
    }
    state = new State(current, reason, true);
  }
}
