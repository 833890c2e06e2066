package dev.mcpgateway.broker.session;

import dev.mcpgateway.broker.poll.Poll;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The keys in force and the loop that keeps them current: the controller rotates them in the
 * mounted Secret. A folder that cannot be used any more changes nothing. Polled for the reasons
 * that hold for the configuration, and like it read twice when it is new: a mounted Secret swaps
 * its files between two reads.
 */
public final class LiveKeys implements Supplier<KeyRing>, AutoCloseable {
  /** How often the folder is read. */
  public static final Duration POLL = Duration.ofSeconds(1);

  private static final Duration SETTLE = Duration.ofMillis(100);
  private static final Logger log = LoggerFactory.getLogger(LiveKeys.class);

  private final Path directory;
  private final Poll loop;
  private volatile KeyRing current;
  private @Nullable String problem;

  private LiveKeys(Path directory) {
    this.directory = directory;
    this.current = KeyRing.read(directory);
    this.loop = new Poll("keys", POLL, this::poll);
  }

  /**
   * Reads the keys and goes on doing so until {@link #close}.
   *
   * @throws InvalidKeysException when they cannot be used now
   */
  public static LiveKeys start(Path directory) {
    LiveKeys keys = new LiveKeys(directory);
    keys.loop.start();
    return keys;
  }

  @Override
  public KeyRing get() {
    return current;
  }

  @Override
  public void close() {
    loop.close();
  }

  private void poll() throws InterruptedException {
    try {
      KeyRing found = KeyRing.read(directory);
      if (!found.sameAs(current)) {
        Thread.sleep(SETTLE);
        if (!found.sameAs(KeyRing.read(directory))) {
          return;
        }
        current = found;
        log.atInfo().addKeyValue("keys", found).log("Keys changed");
      }
      problem = null;
    } catch (InvalidKeysException e) {
      String reason = String.valueOf(e.getMessage());
      if (!reason.equals(problem)) {
        log.atWarn().addKeyValue("reason", reason).log("Keys cannot be used, the last ones stay");
      }
      problem = reason;
    }
  }
}
