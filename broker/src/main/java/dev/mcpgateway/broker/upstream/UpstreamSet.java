package dev.mcpgateway.broker.upstream;

import dev.mcpgateway.broker.api.config.GatewayConfig;
import dev.mcpgateway.broker.api.config.ServerConfig;
import dev.mcpgateway.broker.catalog.Catalog;
import dev.mcpgateway.broker.catalog.CatalogBuilder;
import dev.mcpgateway.broker.catalog.CatalogBuilder.Built;
import dev.mcpgateway.broker.catalog.LiveCatalog;
import dev.mcpgateway.broker.catalog.Offer;
import java.net.http.HttpClient;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.random.RandomGenerator;

/**
 * The loops of all registered servers, and the only writer of the catalogue. Every change, of the
 * configuration or of one server, ends in one call of {@link CatalogBuilder} under one lock; what
 * comes of it is swapped in if it differs.
 */
public final class UpstreamSet implements AutoCloseable {
  private static final Duration GOODBYE = Duration.ofSeconds(2);

  private final UpstreamLimits limits;
  private final Clock clock;
  private final RandomGenerator random;
  private final LiveCatalog catalog;
  private final HttpClient client;
  private final ScheduledExecutorService timer;
  private final Semaphore permits = new Semaphore(UpstreamLimits.MAX_CONCURRENT);
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition reported = lock.newCondition();
  private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
  private final Map<String, Entry> entries = new HashMap<>();
  private long lastNumber;
  private GatewayConfig config = GatewayConfig.EMPTY;
  private volatile UpstreamSnapshot snapshot = UpstreamSnapshot.EMPTY;

  /**
   * The number tells the reports of this loop from those of its predecessor under the same name.
   */
  private record Entry(long number, UpstreamLoop loop, UpstreamState state) {}

  public UpstreamSet(
      UpstreamLimits limits, Clock clock, RandomGenerator random, LiveCatalog catalog) {
    this.limits = limits;
    this.clock = clock;
    this.random = random;
    this.catalog = catalog;
    this.timer =
        Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("upstream-deadlines").factory());
    this.client =
        HttpClient.newBuilder()
            // Servers without TLS would first be asked for an upgrade to HTTP/2, which some refuse.
            .version(HttpClient.Version.HTTP_1_1)
            // A redirect could lead anywhere, with our credential.
            .followRedirects(HttpClient.Redirect.NEVER)
            .connectTimeout(limits.connectTimeout())
            .executor(Executors.newVirtualThreadPerTaskExecutor())
            .build();
  }

  /** Follows a new configuration: starts, restarts and ends loops. Does not wait for any server. */
  public void apply(GatewayConfig next) {
    lock.lock();
    try {
      config = next;
      Set<String> wanted = new HashSet<>();
      for (ServerConfig server : next.servers()) {
        if (server.enabled()) {
          wanted.add(server.name());
          follow(server);
        }
      }
      entries
          .values()
          .removeIf(entry -> {
            boolean gone = !wanted.contains(entry.state().server().name());
            if (gone) {
              entry.loop().close();
            }
            return gone;
          });
      rebuild();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Waits until every server was asked once, at most this long, so that a broker that starts does
   * not show an empty list to clients that know better.
   */
  public void awaitFirstAnswers(Duration atMost) throws InterruptedException {
    long left = atMost.toNanos();
    lock.lock();
    try {
      while (left > 0 && entries.values().stream().anyMatch(e -> e.state().isWaiting())) {
        left = reported.awaitNanos(left);
      }
    } finally {
      lock.unlock();
    }
  }

  /** Calls {@code listener} after every change of {@link #snapshot}; must not block. */
  public void onChange(Runnable listener) {
    listeners.add(listener);
  }

  /** All servers as they are now. */
  public UpstreamSnapshot snapshot() {
    return snapshot;
  }

  /** Ends all loops and their sessions; the catalogue stays as it is. Takes two seconds at most. */
  @Override
  public void close() {
    List<UpstreamLoop> loops;
    lock.lock();
    try {
      loops = entries.values().stream().map(Entry::loop).toList();
      entries.clear();
    } finally {
      lock.unlock();
    }
    loops.forEach(UpstreamLoop::close);
    long deadline = System.nanoTime() + GOODBYE.toNanos();
    loops.forEach(loop -> loop.awaitEnd(Duration.ofNanos(deadline - System.nanoTime())));
    timer.shutdownNow();
    client.shutdownNow();
  }

  private void follow(ServerConfig server) {
    Entry known = entries.get(server.name());
    if (known != null && known.state().server().equals(server)) {
      return;
    }
    UpstreamState initial;
    if (known == null) {
      initial = UpstreamState.waiting(server, clock.instant());
    } else {
      known.loop().close();
      initial = known.state().under(server, clock.instant());
    }
    long number = ++lastNumber;
    UpstreamLoop loop =
        new UpstreamLoop(
            new UpstreamEndpoint(server, client, timer, limits),
            initial,
            permits,
            clock,
            random,
            state -> report(number, state));
    entries.put(server.name(), new Entry(number, loop, initial));
    loop.start();
  }

  private void report(long number, UpstreamState state) {
    lock.lock();
    try {
      Entry known = entries.get(state.server().name());
      if (known != null && known.number() == number) {
        entries.put(state.server().name(), new Entry(number, known.loop(), state));
        rebuild();
        reported.signalAll();
      }
    } finally {
      lock.unlock();
    }
  }

  private void rebuild() {
    Map<String, Offer> offers = new HashMap<>();
    Map<String, UpstreamState> states = new HashMap<>();
    entries.forEach((name, entry) -> {
      offers.put(name, entry.state().offer());
      states.put(name, entry.state());
    });
    Catalog current = catalog.get();
    Built built = CatalogBuilder.build(current.generation() + 1, config, offers);
    snapshot = new UpstreamSnapshot(config, states, built.conflicts());
    if (!built.catalog().sameContent(current)) {
      catalog.publish(built.catalog());
    }
    listeners.forEach(Runnable::run);
  }
}
