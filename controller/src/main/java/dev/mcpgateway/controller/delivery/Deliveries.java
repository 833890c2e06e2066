package dev.mcpgateway.controller.delivery;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.mapping;
import static java.util.stream.Collectors.toList;

import dev.mcpgateway.controller.queue.Backoff;
import dev.mcpgateway.controller.queue.Ticker;
import dev.mcpgateway.controller.secrets.SecretsSnapshot;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Clock;
import java.time.Duration;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One loop for each ready broker, while this controller leads. A broker that restarts is another
 * one: it may have begun with an older file.
 */
public final class Deliveries implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Deliveries.class);
  private static final Duration BACKOFF_BASE = Duration.ofMillis(100);
  private static final Duration BACKOFF_CAP = Duration.ofSeconds(5);

  /** Brokers that are looked after; each costs a connection. */
  private static final int MAX_LOOPS = 4_096;

  /**
   * Brokers of one namespace that are looked after: more than any instance needs, and few enough
   * that a tenant who calls many pods brokers takes the connections of nobody else.
   */
  private static final int MAX_LOOPS_PER_NAMESPACE = 64;

  private static final Duration GAP = Duration.ofMillis(5);
  private static final Duration RETRY = Duration.ofSeconds(1);

  private final ReplicaCache replicas;
  private final Supplier<SecretsSnapshot> secrets;
  private final PushKeys keys;
  private final PushClient client = new PushClient();
  private final DeliveryLoop.Shared shared;
  private final Map<String, DeliveryLoop> loops = new ConcurrentHashMap<>();
  private final Semaphore dirty = new Semaphore(0);
  private final Thread thread = Thread.ofVirtual().name("deliveries").unstarted(this::run);
  private volatile SecretsSnapshot present = SecretsSnapshot.EMPTY;
  private volatile boolean closed;

  /**
   * @param changed called after every change of {@link #snapshot}; must return at once
   */
  public Deliveries(
      KubernetesClient kubernetes,
      ReplicaCache replicas,
      Supplier<SecretsSnapshot> secrets,
      DeliveryMetrics metrics,
      RandomGenerator random,
      Clock clock,
      Runnable changed) {
    this.replicas = replicas;
    this.secrets = secrets;
    this.keys = new PushKeys(kubernetes);
    this.shared =
        new DeliveryLoop.Shared(
            new PushBudget(),
            new Backoff(BACKOFF_BASE, BACKOFF_CAP, random),
            metrics,
            clock,
            Ticker.system(),
            changed);
    metrics.observe(this::snapshot);
  }

  /** Begins to deliver; for the leader, when the caches are filled. */
  public void start() {
    changed();
    thread.start();
  }

  /** Brokers or Secrets may have changed; returns at once. */
  public void changed() {
    dirty.release();
  }

  /** All brokers as they are known now. */
  public ReplicasSnapshot snapshot() {
    return new ReplicasSnapshot(
        loops.values().stream()
            .sorted(Comparator.comparing(loop -> loop.replica().pod()))
            .collect(
                groupingBy(
                    loop -> loop.replica().namespace(), mapping(DeliveryLoop::state, toList()))),
        replicas.namespaces());
  }

  /** Whether deliveries still happen. */
  public boolean alive() {
    return thread.isAlive();
  }

  @Override
  public void close() {
    closed = true;
    thread.interrupt();
    loops.values().forEach(DeliveryLoop::close);
    client.close();
  }

  private void run() {
    try {
      while (true) {
        dirty.acquire();
        dirty.drainPermits();
        try {
          follow();
        } catch (RuntimeException e) {
          // The edge of this thread: the next change follows whatever this one stumbled over.
          log.atError().setCause(e).log("Following the brokers failed, repeating");
          dirty.release();
          Thread.sleep(RETRY);
        }
        Thread.sleep(GAP);
      }
    } catch (InterruptedException e) {
      // Closed.
    }
  }

  private void follow() {
    SecretsSnapshot before = present;
    present = secrets.get();
    Map<String, Replica> wanted = wanted(replicas.replicas(), present.configs().keySet());
    boolean changed = false;
    for (DeliveryLoop loop : List.copyOf(loops.values())) {
      if (!loop.replica().equals(wanted.get(loop.replica().uid()))) {
        loop.close();
        loops.remove(loop.replica().uid());
        changed = true;
      }
    }
    Set<String> moved = moved(before, present);
    for (Replica replica : wanted.values()) {
      DeliveryLoop known = loops.get(replica.uid());
      if (known == null) {
        begin(replica);
        changed = true;
      } else if (moved.contains(replica.namespace())) {
        known.wake();
      }
    }
    if (changed) {
      shared.changed().run();
    }
  }

  /**
   * The brokers to look after, by uid. Where no configuration is stored there is no instance,
   * whatever pods there call themselves.
   *
   * @param all in the order of their names
   */
  static Map<String, Replica> wanted(Collection<Replica> all, Set<String> instances) {
    Map<String, Replica> wanted = new HashMap<>();
    Map<String, Integer> perNamespace = new HashMap<>();
    int left = 0;
    for (Replica replica : all) {
      if (!instances.contains(replica.namespace())) {
        continue;
      }
      if (wanted.size() < MAX_LOOPS
          && perNamespace.merge(replica.namespace(), 1, Integer::sum) <= MAX_LOOPS_PER_NAMESPACE) {
        wanted.put(replica.uid(), replica);
      } else {
        left++;
      }
    }
    if (left > 0) {
      log.atWarn()
          .addKeyValue("left", left)
          .addKeyValue("limit", MAX_LOOPS)
          .addKeyValue("namespaceLimit", MAX_LOOPS_PER_NAMESPACE)
          .log("Too many brokers, the last ones get their configuration from the file only");
    }
    return wanted;
  }

  private void begin(Replica replica) {
    DeliveryLoop loop =
        new DeliveryLoop(
            replica,
            () -> Wanted.of(replica.namespace(), present),
            new Connection(replica, client, keys),
            shared);
    loops.put(replica.uid(), loop);
    loop.start();
    if (closed) {
      loop.close();
    }
  }

  /** Namespaces for which something else is stored now. */
  private static Set<String> moved(SecretsSnapshot before, SecretsSnapshot after) {
    Set<String> namespaces = new HashSet<>(after.configs().keySet());
    namespaces.addAll(after.keys().keySet());
    namespaces.removeIf(n -> Wanted.of(n, before).equals(Wanted.of(n, after)));
    return namespaces;
  }
}
