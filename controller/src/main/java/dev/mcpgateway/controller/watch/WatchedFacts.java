package dev.mcpgateway.controller.watch;

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
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Objects of one kind reduced to facts; of the objects themselves only the names are kept, because
 * they are large (Secrets) or many (pods). An object that is replaced by another one of its name is
 * the same entry.
 */
public final class WatchedFacts<T extends HasMetadata, F>
    implements ResourceEventHandler<T>, AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(WatchedFacts.class);

  private final Class<T> kind;
  private final Function<T, Optional<F>> mapper;
  private final Runnable listener;
  private final SharedIndexInformer<T> informer;
  private final Map<ObjectKey, F> facts = new ConcurrentHashMap<>();
  private final Set<ObjectKey> unreadable = ConcurrentHashMap.newKeySet();
  private final Set<String> seenBeforeSync = ConcurrentHashMap.newKeySet();
  private volatile boolean synced;

  /**
   * @param source in pages, for consistent listing, see WorldCache
   * @param mapper from an object to its facts, empty for one that is of no interest
   * @param listener called on an informer's thread after every change; must return at once
   */
  public WatchedFacts(
      Class<T> kind,
      Informable<T> source,
      KubernetesSerialization serialization,
      Function<T, Optional<F>> mapper,
      Runnable listener) {
    this.kind = kind;
    this.mapper = mapper;
    this.listener = listener;
    this.informer = source.runnableInformer(0);
    informer.itemStore(
        new ReducedStateItemStore<>(ReducedStateItemStore.NAME_KEY_STATE, kind, serialization));
    // As in WorldCache: never give up, whatever the API server is going through.
    informer.exceptionHandler((started, failure) -> {
      log.atWarn()
          .addKeyValue("kind", kind.getSimpleName())
          .addKeyValue("error", String.valueOf(failure.getMessage()))
          .log("Watch failed, retrying");
      return true;
    });
    informer.addEventHandler(this);
  }

  /** Starts the watch and returns at once. */
  public void start() {
    var _ = informer.start();
  }

  /** Whether the facts of everything listed first are here; the informer says so too early. */
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

  /** Whether the watch is live now. */
  public boolean watching() {
    return informer.isWatching();
  }

  /** The facts of every object of interest now. */
  public Map<ObjectKey, F> all() {
    return Map.copyOf(facts);
  }

  public Optional<F> get(ObjectKey key) {
    return Optional.ofNullable(facts.get(key));
  }

  @Override
  public void onAdd(T object) {
    put(object);
  }

  @Override
  public void onUpdate(T before, T object) {
    put(object);
  }

  @Override
  public void onDelete(T object, boolean deletedFinalStateUnknown) {
    ObjectKey key = FactsMapper.key(object);
    unreadable.remove(key);
    if (facts.remove(key) != null) {
      listener.run();
    }
  }

  @Override
  public void close() {
    informer.close();
  }

  private void put(T object) {
    ObjectKey key = FactsMapper.key(object);
    Optional<F> now = read(key, object);
    Optional<F> before =
        Optional.ofNullable(now.isPresent() ? facts.put(key, now.get()) : facts.remove(key));
    if (!now.equals(before)) {
      listener.run();
    }
    if (!synced) {
      seenBeforeSync.add(Cache.metaNamespaceKeyFunc(object));
    }
  }

  /**
   * An object that cannot be read stops neither the watch of the others nor the first listing, and
   * what it said before does not stay in force.
   */
  private Optional<F> read(ObjectKey key, T object) {
    try {
      Optional<F> now = mapper.apply(object);
      unreadable.remove(key);
      return now;
    } catch (RuntimeException e) {
      log.atError()
          .setCause(e)
          .addKeyValue("kind", kind.getSimpleName())
          .addKeyValue("object", key)
          .log("Object ignored: it cannot be read");
      unreadable.add(key);
      return Optional.empty();
    }
  }
}
