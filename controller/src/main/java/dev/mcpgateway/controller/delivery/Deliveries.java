package dev.mcpgateway.controller.delivery;

import static java.util.stream.Collectors.toSet;

import dev.mcpgateway.controller.api.rules.World;
import dev.mcpgateway.controller.queue.Backoff;
import dev.mcpgateway.controller.queue.Ticker;
import dev.mcpgateway.controller.secrets.SecretsSnapshot;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
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

  private static final Duration GAP = Duration.ofMillis(5);
  private static final Duration RETRY = Duration.ofSeconds(1);

  private final ReplicaCache replicas;
  private final Supplier<SecretsSnapshot> secrets;
  private final Supplier<World> world;
  private final PushKeys keys;
  private final PushClient client = new PushClient();
  private final AnswerRoom answers = new AnswerRoom();
  private final DeliveryLoop.Shared shared;
  private final Map<String, DeliveryLoop> loops = new ConcurrentHashMap<>();
  private final Semaphore dirty = new Semaphore(0);
  private final Thread thread = Thread.ofVirtual().name("deliveries").unstarted(this::run);
  private volatile SecretsSnapshot present = SecretsSnapshot.EMPTY;
  private volatile List<Replica> left = List.of();
  private volatile boolean closed;

  /**
   * @param changed called after every change of {@link #snapshot}; must return at once
   */
  public Deliveries(
      KubernetesClient kubernetes,
      ReplicaCache replicas,
      Supplier<SecretsSnapshot> secrets,
      Supplier<World> world,
      DeliveryMetrics metrics,
      RandomGenerator random,
      Clock clock,
      Runnable changed) {
    this.replicas = replicas;
    this.secrets = secrets;
    this.world = world;
    this.keys = new PushKeys(kubernetes);
    this.shared =
        new DeliveryLoop.Shared(
            new PushBudget(),
            new ReportBudget(),
            new Backoff(BACKOFF_BASE, BACKOFF_CAP, random),
            metrics,
            clock,
            Ticker.system(),
            changed);
    metrics.observe(this::snapshot);
  }

  /**
   * Begins to deliver; for the leader, when the caches are filled. When it returns, every ready
   * broker is in the {@link #snapshot}, at first as one that has not been heard of yet.
   */
  public void start() {
    var _ = followed();
    thread.start();
  }

  /** Brokers or Secrets may have changed; returns at once. */
  public void changed() {
    dirty.release();
  }

  /** All brokers as they are known now, those without a place included. */
  public ReplicasSnapshot snapshot() {
    Map<String, List<ReplicaState>> states = new HashMap<>();
    loops.values().forEach(loop -> add(states, loop.replica(), loop.state()));
    left.forEach(replica -> add(states, replica, withoutPlace(replica)));
    states.values().forEach(each -> each.sort(Comparator.comparing(ReplicaState::pod)));
    return new ReplicasSnapshot(states, replicas.namespaces());
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
        Thread.sleep(followed() ? GAP : RETRY);
      }
    } catch (InterruptedException e) {
      // Closed.
    }
  }

  private boolean followed() {
    try {
      follow();
      return true;
    } catch (RuntimeException e) {
      // The edge of this thread: the next change follows whatever this one stumbled over.
      log.atError().setCause(e).log("Following the brokers failed, repeating");
      dirty.release();
      return false;
    }
  }

  private void follow() {
    SecretsSnapshot before = present;
    present = secrets.get();
    Places places = Places.deal(replicas.replicas(), instances());
    Map<String, Replica> wanted = places.taken();
    boolean changed = !left.equals(places.left());
    left = places.left();
    if (changed && !left.isEmpty()) {
      log.atWarn()
          .addKeyValue("left", left.size())
          .addKeyValue("limit", Places.ALL)
          .addKeyValue("namespaceLimit", Places.PER_NAMESPACE)
          .log("Brokers without a place get their configuration from the file only");
    }
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

  /** Namespaces whose brokers are looked after. */
  private Set<String> instances() {
    World now = world.get();
    return Places.entitled(
        loops.values().stream().map(loop -> loop.replica().namespace()).collect(toSet()),
        present,
        namespace -> now.extensionsIn(namespace).findAny().isPresent());
  }

  private static void add(
      Map<String, List<ReplicaState>> states, Replica replica, ReplicaState state) {
    states.computeIfAbsent(replica.namespace(), n -> new ArrayList<>()).add(state);
  }

  private static ReplicaState withoutPlace(Replica replica) {
    return new ReplicaState(replica.pod(), replica.uid(), null, Places.NONE_LEFT, false);
  }

  private void begin(Replica replica) {
    DeliveryLoop loop =
        new DeliveryLoop(
            replica,
            () -> Wanted.of(replica.namespace(), present),
            new Connection(replica, client, keys, answers),
            shared);
    loops.put(replica.uid(), loop);
    loop.start();
    if (closed) {
      loop.close();
    }
  }

  /** Namespaces for which something else is stored now. */
  private static Set<String> moved(SecretsSnapshot before, SecretsSnapshot after) {
    Set<String> namespaces = new HashSet<>();
    for (SecretsSnapshot each : List.of(before, after)) {
      namespaces.addAll(each.configs().keySet());
      namespaces.addAll(each.keys().keySet());
    }
    namespaces.removeIf(n -> Wanted.of(n, before).equals(Wanted.of(n, after)));
    return namespaces;
  }
}
