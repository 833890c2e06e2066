package dev.mcpgateway.controller.api.cache;

import dev.mcpgateway.controller.api.ObjectKey;
import dev.mcpgateway.controller.api.facts.FactsMapper;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.dsl.Informable;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import io.fabric8.kubernetes.client.informers.cache.Cache;
import io.fabric8.kubernetes.client.informers.cache.ReducedStateItemStore;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One kind: its informer, and the facts of every object of it. An object that is replaced by
 * another one of its name is the same entry.
 */
public final class Watched<T extends HasMetadata, F>
    implements ResourceEventHandler<T>, AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Watched.class);

  private final String kind;
  private final Function<T, Optional<F>> mapper;
  private final Consumer<ObjectKey> listener;
  private final SharedIndexInformer<T> informer;
  private final Map<ObjectKey, F> facts = new ConcurrentHashMap<>();
  private final AtomicLong version = new AtomicLong();
  private final Set<ObjectKey> unreadable = ConcurrentHashMap.newKeySet();
  private final Set<String> seenBeforeSync = ConcurrentHashMap.newKeySet();
  private volatile boolean synced;
  private final AtomicLong failures = new AtomicLong();
  private volatile Copy<F> copy = new Copy<>(0, Map.of());

  /**
   * @param source with a limit: then fabric8 lists consistently; without one the first listing is
   *     served from whatever the API server has cached, which after a failover may be a past in
   *     which objects do not exist yet
   * @param fields of the objects that are kept beside their names, versions and facts; never all of
   *     them: people who may make them may make them large
   * @param mapper from an object to its facts, empty for one that is of no interest
   * @param listener called on an informer's thread with the key of every object whose facts have
   *     changed; must return at once and not throw
   */
  Watched(
      Class<T> type,
      Informable<T> source,
      KubernetesSerialization serialization,
      String[] fields,
      Function<T, Optional<F>> mapper,
      Consumer<ObjectKey> listener) {
    this.kind = type.getSimpleName();
    this.mapper = mapper;
    this.listener = listener;
    this.informer = source.runnableInformer(0);
    informer.itemStore(
        new ReducedStateItemStore<>(
            ReducedStateItemStore.NAME_KEY_STATE, type, serialization, fields));
    // The default handler gives up on a failure before the first sync and on most watch errors
    // (fabric8 Reflector);
    // a control plane must outlive a missing CRD, a revoked role and an API server that is away.
    informer.exceptionHandler((started, failure) -> {
      failures.incrementAndGet();
      log.atWarn()
          .addKeyValue("kind", kind)
          .addKeyValue("error", String.valueOf(failure.getMessage()))
          .log("Watch failed, retrying");
      return true;
    });
    informer.addEventHandler(this);
  }

  /**
   * Watches objects of which nothing is kept but the facts.
   *
   * @param source with a limit, for consistent listing
   * @param mapper from an object to its facts, empty for one that is of no interest
   * @param listener called on an informer's thread after every change; must return at once
   */
  public static <T extends HasMetadata, F> Watched<T, F> facts(
      Class<T> type,
      Informable<T> source,
      KubernetesSerialization serialization,
      Function<T, Optional<F>> mapper,
      Runnable listener) {
    return new Watched<>(type, source, serialization, new String[0], mapper, key -> listener.run());
  }

  /** Starts the watch and returns at once. */
  public void start() {
    var _ = informer.start();
  }

  /**
   * Whether the facts of everything listed first are here. fabric8 says "synced" when its own store
   * is filled and calls the handlers later: believing it, a reader would take objects that are on
   * their way for objects that do not exist.
   */
  public synchronized boolean synced() {
    if (!synced && informer.hasSynced()) {
      synced = seenBeforeSync.containsAll(informer.getIndexer().listKeys());
      if (synced) {
        seenBeforeSync.clear();
      }
    }
    return synced;
  }

  /** How many objects are there and left out, because they cannot be read. */
  public int unreadable() {
    return unreadable.size();
  }

  /** How the watch is doing. */
  public WatchState state() {
    return new WatchState(informer.isWatching(), failures.get());
  }

  /** Grows with every change of the facts. */
  long version() {
    return version.get();
  }

  /** The facts now; the same instance until something changes. */
  public Map<ObjectKey, F> snapshot() {
    long now = version.get();
    Copy<F> present = copy;
    if (present.version() != now) {
      // Copied after the version was read: a change in between makes this copy old, never wrong for
      // its version.
      present = new Copy<>(now, Map.copyOf(facts));
      copy = present;
    }
    return present.facts();
  }

  /** The facts of one object now, if it is there and of interest. */
  public Optional<F> get(ObjectKey key) {
    return Optional.ofNullable(facts.get(key));
  }

  /** What is kept of the object, as the informer last saw it. */
  @Nullable HasMetadata object(ObjectKey key) {
    return informer.getIndexer().getByKey(Cache.namespaceKeyFunc(key.namespace(), key.name()));
  }

  @Override
  public void onAdd(T object) {
    put(object);
    seen(object);
  }

  @Override
  public void onUpdate(T before, T object) {
    put(object);
    seen(object);
  }

  @Override
  public void onDelete(T object, boolean deletedFinalStateUnknown) {
    ObjectKey key = FactsMapper.key(object);
    unreadable.remove(key);
    remove(key);
  }

  @Override
  public void close() {
    informer.close();
  }

  private record Copy<F>(long version, Map<ObjectKey, F> facts) {}

  private void put(T object) {
    ObjectKey key = FactsMapper.key(object);
    Optional<F> now;
    try {
      now = mapper.apply(object);
    } catch (RuntimeException e) {
      // An object the API server should not have stored must not stop the watch of all the others,
      // and what it said before must not stay in force.
      log.atError()
          .setCause(e)
          .addKeyValue("kind", kind)
          .addKeyValue("object", key)
          .log("Object ignored: it cannot be read");
      unreadable.add(key);
      remove(key);
      return;
    }
    unreadable.remove(key);
    if (now.isEmpty()) {
      remove(key);
    } else if (!now.get().equals(facts.put(key, now.get()))) {
      changed(key);
    }
  }

  private void remove(ObjectKey key) {
    if (facts.remove(key) != null) {
      changed(key);
    }
  }

  private void seen(T object) {
    if (!synced) {
      seenBeforeSync.add(Cache.metaNamespaceKeyFunc(object));
    }
  }

  private void changed(ObjectKey key) {
    version.incrementAndGet();
    listener.accept(key);
  }
}
